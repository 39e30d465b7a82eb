// The prospects in one answer of ResMan's partner interface, parsed into plain structs by the same rules as a page of
// leads: texts point into memory of the parser and live until its next parse.
#pragma once
#include "Texts.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  csj_text prospect_id;
  csj_text property_id;
  csj_text last_modified;
  csj_text status;
  csj_text source_name;
  csj_text first_contact_date;
  csj_text last_contact_date;
  csj_text lost_date;
  csj_text lost_reason;
  csj_text agent_id;
  csj_text agent_first_name;
  csj_text agent_last_name;
  csj_text lease_status;
  csj_text lease_signed_date;
  csj_text email;        // of the main person
  csj_text phone;
  uint8_t has_email;     // of the main person
  uint8_t has_phone;
  uint8_t is_contacted;  // the communication log has an outbound contact
  uint8_t problem;       // CSJ_FINE …
} csj_prospect;

typedef struct {
  const csj_prospect *_Nullable prospects;
  size_t count;
} csj_prospects;

typedef struct csj_prospect_parser csj_prospect_parser;

csj_prospect_parser *_Nullable csj_prospect_parser_new(void);
void csj_prospect_parser_free(csj_prospect_parser *_Nullable parser);
// NULL, or a short English reason that contains no data.
const char *_Nullable csj_parse_prospects(csj_prospect_parser *_Nonnull parser,
                                          const uint8_t *_Nonnull bytes, size_t length,
                                          csj_prospects *_Nonnull answer);

#ifdef __cplusplus
}
#endif
