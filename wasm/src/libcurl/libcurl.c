/*
 * The library as a whole (TypeScript side: ts/libcurl/libcurl.ts): its start,
 * the table of options, files, and memory.
 */
#include <malloc.h>
#include <stdio.h>

#include "../glue.h"

/* Must be called once, before anything else. */
int EXPORT(global_init)(void)
{
  /* Output of libcurl to stdout is not buffered, because no exit() would
     flush it. */
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

/* Whether it is an old name of another option with the same number. */
int EXPORT(option_is_alias)(const struct curl_easyoption *option)
{
  return (option->flags & CURLOT_FLAG_ALIAS) != 0;
}

/* Opens a FILE for CURLOPT_STDERR, to append to without buffering. NULL if
   the path cannot be opened. */
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

/* How many bytes are allocated at the moment. Tests find leaks by it. */
size_t EXPORT(memory_in_use)(void)
{
  return (size_t)mallinfo().uordblks;
}
