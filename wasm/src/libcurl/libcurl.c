/*
 * The library as a whole (twin: ts/libcurl/libcurl.ts): start, version, the table of
 * options.
 */
#include <malloc.h>
#include <stdio.h>

#include "../glue.h"

/* To be called once, before anything else. */
int EXPORT(global_init)(void)
{
  /* What libcurl writes to stdout and stderr by default appears at once:
     there is no exit() to flush it. */
  setvbuf(stdout, NULL, _IONBF, 0);
  return curl_global_init(CURL_GLOBAL_ALL);
}

const char *EXPORT(option_name)(const struct curl_easyoption *option)
{
  return option->name;
}

int EXPORT(option_id)(const struct curl_easyoption *option)
{
  return option->id;
}

int EXPORT(option_type)(const struct curl_easyoption *option)
{
  return option->type;
}

/* an old name of another option with the same number */
int EXPORT(option_is_alias)(const struct curl_easyoption *option)
{
  return (option->flags & CURLOT_FLAG_ALIAS) != 0;
}

/* A FILE to which bytes are added at once, for CURLOPT_STDERR. NULL if the
   path cannot be opened. */
FILE *EXPORT(file_open)(const char *path)
{
  FILE *file = fopen(path, "a");
  if(file)
    setvbuf(file, NULL, _IONBF, 0);
  return file;
}

void EXPORT(file_close)(FILE *file)
{
  fclose(file);
}

/* Bytes that are allocated at the moment: what a leak would show in. */
size_t EXPORT(memory_in_use)(void)
{
  return (size_t)mallinfo().uordblks;
}
