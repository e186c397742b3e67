/*
 * Starts a program that has a main(): curl itself (TypeScript side:
 * ts/tool/tool.ts).
 */
#include <stdio.h>

#include "../glue.h"

/* the program's own main(), renamed when it is compiled */
int program_main(int argc, char **argv);

int EXPORT(run)(int argc, char **argv)
{
  int status = program_main(argc, argv);
  fflush(NULL);
  return status;
}
