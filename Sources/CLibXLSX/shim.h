#include <errno.h>
#include <stdio.h>
#include <xlsxwriter.h>
