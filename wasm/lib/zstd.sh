# zstd: the decoder, for Content-Encoding zstd.
# sources: zstd
# HUF_DISABLE_FAST_DECODE leaves out loops that zstd uses only where pointers have 64 bits, and
# ZSTD_FORCE_DECOMPRESS_SEQUENCES_SHORT a way that prefetches, which WebAssembly cannot. That saves 3 KB with brotli.
compile "$PREFIX/lib/libzstd.a" -DZSTD_DISABLE_ASM -DZSTD_STRIP_ERROR_STRINGS=0 -DHUF_DISABLE_FAST_DECODE=1 \
  -DZSTD_FORCE_DECOMPRESS_SEQUENCES_SHORT -I"$SOURCE/lib" -- \
  "$SOURCE"/lib/common/{debug,entropy_common,error_private,fse_decompress,xxhash,zstd_common}.c \
  "$SOURCE"/lib/decompress/*.c
install -Dm644 -t "$PREFIX/include" "$SOURCE"/lib/{zstd,zstd_errors}.h
