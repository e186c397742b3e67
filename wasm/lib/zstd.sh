# zstd: the decoder, for Content-Encoding zstd.
# sources: zstd
compile "$PREFIX/lib/libzstd.a" -DZSTD_DISABLE_ASM -DZSTD_STRIP_ERROR_STRINGS=0 -I"$SOURCE/lib" -- \
  "$SOURCE"/lib/common/{debug,entropy_common,error_private,fse_decompress,xxhash,zstd_common}.c \
  "$SOURCE"/lib/decompress/*.c
install -Dm644 -t "$PREFIX/include" "$SOURCE"/lib/{zstd,zstd_errors}.h
