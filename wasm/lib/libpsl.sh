# libpsl: the public suffix list, compiled in, so that no site can set a cookie for a whole suffix such as co.uk.
# sources: libpsl publicsuffix
list=$SOURCE/../publicsuffix/public_suffix_list.dat
version=$(cat "$SOURCE/version.txt")
IFS=. read -r major minor patch <<< "$version"
sed -e "s/@LIBPSL_VERSION@/$version/" -e "s/@LIBPSL_VERSION_MAJOR@/$major/" -e "s/@LIBPSL_VERSION_MINOR@/$minor/" \
  -e "s/@LIBPSL_VERSION_PATCH@/$patch/" -e "s/@LIBPSL_VERSION_NUMBER@/$(printf '0x%02x%02x%02x' "$major" "$minor" "$patch")/" \
  "$SOURCE/include/libpsl.h.in" > libpsl.h
cat > config.h <<END
#define PACKAGE_VERSION "$version"
#define PSL_FILE "public_suffix_list.dat"
#define PSL_DISTFILE ""
#define HAVE_ALLOCA_H 1
#define HAVE_STRINGS_H 1
#define HAVE_DIRENT_H 1
#define ENABLE_BUILTIN 1
END
cp -p "$list" . # its name and date get into the header
python3 "$SOURCE/src/psl-make-dafsa" --output-format=cxx+ public_suffix_list.dat suffixes_dafsa.h
compile "$PREFIX/lib/libpsl.a" -DHAVE_CONFIG_H -I. -I"$SOURCE/src" -- "$SOURCE"/src/{psl,lookup_string_in_fixed_set}.c
install -Dm644 -t "$PREFIX/include" libpsl.h
