# The servers of curl's test suite as native programs, in the build folder that its runtests.pl needs, with the manual
# pages that some tests read.
# sources: curl
unset CFLAGS
"$SOURCE/configure" --without-ssl --without-libpsl --disable-shared CC=cc
make -C tests/server -j"$JOBS" servers
make -C tests/certs
make -C docs -j"$JOBS"
mkdir -p "$PREFIX/build/tests/server"
cp tests/server/servers "$PREFIX/build/tests/server"
cp -r docs "$PREFIX/build"
cp -r tests/certs tests/config tests/configurehelp.pm "$PREFIX/build/tests"
