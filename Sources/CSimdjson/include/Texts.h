// Texts of a parsed answer, and what may be wrong with a record.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
  const char *_Nullable bytes;  // NULL: absent, null, or not usable
  size_t length;
} csj_text;

enum {
  CSJ_FINE = 0,
  CSJ_NOT_AN_OBJECT = 1,
  CSJ_REPEATED_KEY = 2,
  CSJ_WRONG_TYPE = 3,
  CSJ_TOO_LONG = 4,
  CSJ_NUL = 5,
  CSJ_BROKEN_TEXT = 6,   // half a surrogate pair
  CSJ_OUT_OF_RANGE = 7,  // a number that is too large
};
