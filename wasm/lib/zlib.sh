# zlib: inflate only, for Content-Encoding gzip and deflate.
# sources: zlib
compile "$PREFIX/lib/libz.a" -DHAVE_UNISTD_H -- "$SOURCE"/{adler32,crc32,inffast,inflate,inftrees,zutil}.c
install -Dm644 -t "$PREFIX/include" "$SOURCE"/{zlib,zconf}.h
