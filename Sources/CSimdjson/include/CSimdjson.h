// One page of leads, parsed into plain structs. The texts point into the parser's memory and are valid
// until its next parse. simdjson reads most pages. Valid JSON that it refuses (half a surrogate pair,
// numbers that need more than 64 bits) is read by StrictReader, which also reports where a page stops
// being JSON. A fault of a record affects that record alone; only what makes the whole page unreadable
// is an error of the page.
#pragma once
#include "Prospects.h"
#include "Texts.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { CSJ_EMAIL = 1, CSJ_PHONE = 2, CSJ_TOUR_DATETIME = 4, CSJ_INCOME_VERIFICATION = 8 };

// What a record tells beside its status. A value that cannot be used is NULL and counted.
typedef struct {
  csj_text source;
  csj_text lost_reason;
  csj_text agent_id;
  csj_text agent_name;
  csj_text tour_status;
  csj_text last_contact_at;
  csj_text first_contact_at;
  uint8_t is_told;     // one of them is a text
  uint8_t bad_values;  // of another kind, too long, with half a surrogate pair, or there twice
} csj_description;

typedef struct {
  csj_text resman_lead_id;
  csj_text conversation_id;
  csj_text property_id;
  csj_text status;
  csj_text updated_at;
  double lead_score;  // as sent
  uint8_t has_lead_score;
  uint8_t fields;   // CSJ_EMAIL …
  uint8_t problem;  // CSJ_FINE …
  csj_description description;
} csj_lead;

typedef struct {
  const csj_lead *_Nullable leads;
  size_t count;
  csj_text next_cursor;                   // NULL: absent, null, or empty: the last page
  int64_t total_count;                    // -1: absent, null, or not usable
  int64_t zoneless_times;                 // times that named no zone and were read as local; -1: not said
  const char *_Nullable cursor_fault;     // why next_cursor cannot be used, without data
  const char *_Nullable total_fault;      // why total_count cannot be used, without data
  int64_t fault_offset;                   // of what csj_parse refused, in bytes; -1: no one place
} csj_page;

typedef struct csj_parser csj_parser;

csj_parser *_Nullable csj_parser_new(void);
void csj_parser_free(csj_parser *_Nullable parser);
// 0, or a short English reason that contains no data.
const char *_Nullable csj_parse(csj_parser *_Nonnull parser, const uint8_t *_Nonnull bytes,
                                size_t length, csj_page *_Nonnull page);

#ifdef __cplusplus
}
#endif
