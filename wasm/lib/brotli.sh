# brotli: the decoder, for Content-Encoding br.
# sources: brotli
compile "$PREFIX/lib/libbrotlidec.a" -I"$SOURCE/c/include" -- "$SOURCE"/c/dec/*.c
compile "$PREFIX/lib/libbrotlicommon.a" -I"$SOURCE/c/include" -- "$SOURCE"/c/common/*.c
mkdir -p "$PREFIX/include" && cp -r "$SOURCE/c/include/brotli" "$PREFIX/include"
