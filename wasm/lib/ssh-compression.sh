# ssh-compression: compression for libssh2. It needs deflate, which our zlib does not have. This is linked before
# libssh2, and its comp.c takes the place of the one there.
# sources: libssh2 zlib
zlib=$(dirname "$SOURCE")/zlib
compile "$PREFIX/lib/libssh-compression.a" -DLIBSSH2_OPENSSL -DLIBSSH2_HAVE_ZLIB -DHAVE_UNISTD_H -DHAVE_INTTYPES_H \
  -DHAVE_SYS_SELECT_H -DHAVE_SYS_UIO_H -DHAVE_SYS_SOCKET_H -DHAVE_SYS_IOCTL_H -DHAVE_SYS_TIME_H -DHAVE_SYS_UN_H \
  -DHAVE_GETTIMEOFDAY -DHAVE_STRTOLL -DHAVE_SNPRINTF -DHAVE_POLL -DHAVE_O_NONBLOCK -DHAVE_EXPLICIT_BZERO \
  -I"$SOURCE/include" -I"$ROOT/build/lib/openssl/include" -I"$zlib" -- "$SOURCE/src/comp.c" "$zlib"/{deflate,trees}.c
