#include "CSimdjson.h"

#include <cmath>
#include <cstring>
#include <new>
#include <simdjson.h>
#include <vector>

using simdjson::dom::element;
using simdjson::dom::element_type;

// Bytes of a page at most; the client takes no more either.
constexpr size_t max_page = 64u << 20;

struct csj_parser {
  simdjson::dom::parser parser{max_page};
  std::vector<csj_lead> leads;
};

namespace {

constexpr size_t max_id = 100;
constexpr size_t max_text = 200;

struct Record {
  csj_lead lead{};
  unsigned seen = 0;

  void fault(uint8_t problem) {
    if (lead.problem == CSJ_FINE) lead.problem = problem;
  }

  // True the first time that a key of the contract appears in this record.
  void mark(unsigned bit) {
    if (seen & bit) fault(CSJ_REPEATED_KEY);
    seen |= bit;
  }

  void text(csj_text &into, element value, size_t limit) {
    if (value.is_null()) return;
    std::string_view view;
    if (value.get_string().get(view)) return fault(CSJ_WRONG_TYPE);
    if (view.size() > limit) return fault(CSJ_TOO_LONG);
    if (std::memchr(view.data(), 0, view.size())) return fault(CSJ_NUL);
    into = {view.data(), view.size()};
  }

  void presence(uint8_t bit, element value) {
    if (value.is_null()) return;
    std::string_view view;
    if (value.get_string().get(view)) return fault(CSJ_WRONG_TYPE);
    if (!view.empty()) lead.fields |= bit;
  }

  void score(element value) {
    if (value.is_null()) return;
    int64_t whole;
    double number;
    if (!value.get_int64().get(whole)) {
      if (whole < INT32_MIN || whole > INT32_MAX) return fault(CSJ_WRONG_TYPE);
      lead.lead_score = static_cast<int32_t>(whole);
    } else if (!value.get_double().get(number) && std::fabs(number) < 1e9) {
      lead.lead_score = static_cast<int32_t>(std::lround(number));
    } else {
      return fault(CSJ_WRONG_TYPE);
    }
    lead.has_lead_score = 1;
  }

  void income(element value) {
    if (value.is_null()) return;
    bool yes;
    if (value.get_bool().get(yes)) return fault(CSJ_WRONG_TYPE);
    if (yes) lead.fields |= CSJ_INCOME_VERIFICATION;
  }

  void take(std::string_view key, element value) {
    if (key == "resman_lead_id") {
      mark(1);
      text(lead.resman_lead_id, value, max_id);
    } else if (key == "conversation_id") {
      mark(2);
      text(lead.conversation_id, value, max_id);
    } else if (key == "property_id") {
      mark(4);
      text(lead.property_id, value, max_id);
    } else if (key == "status") {
      mark(8);
      text(lead.status, value, max_text);
    } else if (key == "updated_at") {
      mark(16);
      text(lead.updated_at, value, max_id);
    } else if (key == "lead_score") {
      mark(32);
      score(value);
    } else if (key == "email") {
      mark(64);
      presence(CSJ_EMAIL, value);
    } else if (key == "phone") {
      mark(128);
      presence(CSJ_PHONE, value);
    } else if (key == "tour_datetime") {
      mark(256);
      presence(CSJ_TOUR_DATETIME, value);
    } else if (key == "income_verification") {
      mark(512);
      income(value);
    }
  }
};

csj_lead read(element item) {
  Record record;
  simdjson::dom::object object;
  if (item.get_object().get(object)) {
    record.fault(CSJ_NOT_AN_OBJECT);
    return record.lead;
  }
  for (auto field : object) record.take(field.key, field.value);
  return record.lead;
}

}  // namespace

extern "C" csj_parser *csj_parser_new(void) { return new (std::nothrow) csj_parser; }

extern "C" void csj_parser_free(csj_parser *parser) { delete parser; }

extern "C" const char *csj_parse(csj_parser *parser, const uint8_t *bytes, size_t length,
                                 csj_page *page) {
  *page = {nullptr, 0, {nullptr, 0}, -1};
  parser->leads.clear();
  element root;
  if (parser->parser.parse(bytes, length, true).get(root)) return "not valid JSON";
  simdjson::dom::object object;
  if (root.get_object().get(object)) return "not a JSON object";
  bool has_leads = false;
  try {
    for (auto field : object) {
      if (field.key == "leads") {
        simdjson::dom::array leads;
        if (has_leads) return "two arrays of leads";
        if (field.value.get_array().get(leads)) return "no array of leads";
        has_leads = true;
        parser->leads.reserve(leads.size());
        for (element item : leads) parser->leads.push_back(read(item));
      } else if (field.key == "next_cursor") {
        std::string_view cursor;
        if (field.value.is_null()) continue;
        if (field.value.get_string().get(cursor)) return "next_cursor is not a text";
        page->next_cursor = {cursor.data(), cursor.size()};
      } else if (field.key == "total_count") {
        int64_t total;
        if (field.value.is_null()) continue;
        if (field.value.get_int64().get(total) || total < 0) return "total_count is not a count";
        page->total_count = total;
      }
    }
  } catch (const std::bad_alloc &) {
    return "too many leads for the memory";
  }
  if (!has_leads) return "no array of leads";
  page->leads = parser->leads.data();
  page->count = parser->leads.size();
  return nullptr;
}
