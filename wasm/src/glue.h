/*
 * What all files here share: how a C function becomes an export of the
 * module, and how a TypeScript function becomes an import of it. ts/
 * implements the imports of module "libcurl", shim/ those of module "shim".
 */
#ifndef GLUE_H
#define GLUE_H

/* deprecated options can be set, too */
#define CURL_DISABLE_DEPRECATION
/* setopt's arguments come from JavaScript, so a type check sees nothing */
#define CURL_DISABLE_TYPECHECK

#include <stddef.h>
#include <curl/curl.h>

#define EXPORT(name) __attribute__((export_name(#name))) name
#define LIBCURL(name) \
  __attribute__((import_module("libcurl"), import_name(#name)))
#define SHIM(name) \
  __attribute__((import_module("shim"), import_name(#name)))

#endif
