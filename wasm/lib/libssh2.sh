# libssh2: SSH, for SFTP and SCP, with the ciphers of OpenSSL and the compression of zlib.
# sources: libssh2
# depends: openssl zlib
# its build picks the files: not agent_win.c and the other cryptographic libraries, which other files include
mapfile -t files < <(sed -n '/^CSOURCES/,/^$/p' "$SOURCE/src/Makefile.inc" | grep -oE '[a-z0-9_-]+\.c' | sed "s#^#$SOURCE/src/#")
compile "$PREFIX/lib/libssh2.a" -DLIBSSH2_OPENSSL -DLIBSSH2_HAVE_ZLIB -DHAVE_UNISTD_H -DHAVE_INTTYPES_H \
  -DHAVE_SYS_SELECT_H -DHAVE_SYS_UIO_H -DHAVE_SYS_SOCKET_H -DHAVE_SYS_IOCTL_H -DHAVE_SYS_TIME_H -DHAVE_SYS_UN_H \
  -DHAVE_GETTIMEOFDAY -DHAVE_STRTOLL -DHAVE_SNPRINTF -DHAVE_POLL -DHAVE_O_NONBLOCK -DHAVE_EXPLICIT_BZERO \
  -I"$SOURCE/include" $(printf -- "-I$ROOT/build/lib/%s/include " openssl zlib) -- "${files[@]}"
install -Dm644 -t "$PREFIX/include" "$SOURCE"/include/*.h
