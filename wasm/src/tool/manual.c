/*
 * Prints curl's manual: all of it for --manual, a part of it for --help with
 * an option. This takes the place of curl's tool_hugehelp.c, which has the
 * text inside the program. Here it is a file beside the module, which is
 * loaded when it is asked for (TypeScript side: ts/tool/manual.ts).
 */
#define HAVE_CONFIG_H
#define USE_MANUAL
#include <tool_hugehelp.h>
#include <tool_help.h>
#include <tool_msgs.h>

#include "blocking.h"

/* Sets 'text' to the manual and returns 1, or sets it to why that cannot be
   loaded and returns 0. The caller frees it. Suspends. */
TOOL(manual) int ts_manual(char **text);

/* Returns the manual, for the caller to free. Without it the tool ends. */
static char *manual(void)
{
  char *text;
  if(!ts_manual(&text)) {
    errorf("cannot load the manual: %s", text);
    exit(CURLE_READ_ERROR);
  }
  return text;
}

void hugehelp(void)
{
  char *text = manual();
  fputs(text, stdout);
  free(text);
}

void showhelp(const char *trigger, const char *arg, const char *endarg)
{
  char *text = manual();
  struct scan_ctx ctx;
  inithelpscan(&ctx, trigger, arg, endarg);
  helpscan((unsigned char *)text, strlen(text), &ctx);
  free(text);
}
