# Compiles libcurl with $libraries and the configuration of curl-config, but $without some of its macros. The recipes
# of libcurl's builds source this.
lib=$ROOT/build/lib
mkdir -p "$PREFIX/lib" "$PREFIX/share"
sed -E "s/^#define (${without// /|}) .*//" "$lib/curl-config/share/curl_config.h" > "$PREFIX/share/curl_config.h"
# What libcurl reads at once by default, and gives to a callback at most; with its own 16 KiB, a download calls into
# JavaScript four times as often. It is the smallest UPLOAD_BUFFERSIZE, too, so it may not be above the default of that.
echo '#define CURL_MAX_WRITE_SIZE 65536' >> "$PREFIX/share/curl_config.h"
cp -r "$SOURCE/include" "$PREFIX"

# what bytes of bodies, events and small requests pass through; the rest is large, and runs a few times a transfer
hot='(bufq|cf-(recvbuf|socket)|cfilters|conncache|connect|content_encoding|cw-(out|pause)|dynbuf|dynhds|easy|hash|headers
  |http|http1|http2|http_chunks|llist|multi|multi_ev|multi_ntfy|openssl|progress|ratelimit|request|select|sendf|splay
  |strcase|strequal|strparse|timeval|transfer|uint-[a-z]+|url|urlapi|ws|vquic|cf-ngtcp2[a-z-]*)'
files() { printf '%s\n' "$SOURCE"/lib/*.c "$SOURCE"/lib/*/*.c | grep "$@" -E "/$(tr -d ' \n' <<< "$hot")\.c\$"; }
flags="-DHAVE_CONFIG_H -D_GNU_SOURCE -DBUILDING_LIBCURL -DCURL_STATICLIB -DCURL_TCP_NODELAY_SUPPORTED
  -I$PREFIX/share -I$SOURCE/include -I$SOURCE/lib -I$ROOT/wasm/facade $(printf -- "-I$lib/%s/include " $libraries)"
compile "$PREFIX/lib/libcurl.a" $flags -- $(files)
compile "$PREFIX/lib/libcurl.a" $flags $COLD -- $(files -v)
