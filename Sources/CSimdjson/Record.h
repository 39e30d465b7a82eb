// What a page and its records are made of, whichever parser found the values.
#pragma once
#include "CSimdjson.h"

#include <cmath>
#include <cstring>
#include <string_view>

namespace csj {

constexpr size_t max_id = 100;
constexpr size_t max_text = 200;
constexpr size_t max_cursor = 4096;
constexpr size_t max_description = 500;

// One JSON value, as far as records need to know it.
struct Value {
  enum Kind : uint8_t { null, boolean, number, text, other };

  Kind kind = other;
  bool yes = false;
  bool is_broken = false;    // text: has half a surrogate pair
  bool is_in_range = true;   // number: has a finite value
  double real = 0;
  std::string_view view;
};

// The fields of a record that the contract names and a pull needs.
enum class Field : unsigned {
  none, resman_lead_id, conversation_id, property_id, status, updated_at, lead_score, email, phone,
  tour_datetime, income_verification,
  // Fields that describe: a fault of one costs its value alone.
  source, lost_reason, agent_id, agent_name, tour_status, last_contact_at, first_contact_at
};

inline Field field_of(std::string_view key) {
  switch (key.size()) {
    case 5: return key == "email" ? Field::email : key == "phone" ? Field::phone : Field::none;
    case 6:
      return key == "status" ? Field::status : key == "source" ? Field::source : Field::none;
    case 8: return key == "agent_id" ? Field::agent_id : Field::none;
    case 10:
      return key == "updated_at" ? Field::updated_at
             : key == "lead_score" ? Field::lead_score
             : key == "agent_name" ? Field::agent_name : Field::none;
    case 11:
      return key == "property_id" ? Field::property_id
             : key == "lost_reason" ? Field::lost_reason
             : key == "tour_status" ? Field::tour_status : Field::none;
    case 13: return key == "tour_datetime" ? Field::tour_datetime : Field::none;
    case 14: return key == "resman_lead_id" ? Field::resman_lead_id : Field::none;
    case 15:
      return key == "conversation_id" ? Field::conversation_id
             : key == "last_contact_at" ? Field::last_contact_at : Field::none;
    case 16: return key == "first_contact_at" ? Field::first_contact_at : Field::none;
    case 19: return key == "income_verification" ? Field::income_verification : Field::none;
    default: return Field::none;
  }
}

struct Record {
  csj_lead lead{};
  unsigned seen = 0;

  void fault(uint8_t problem) {
    if (lead.problem == CSJ_FINE) lead.problem = problem;
  }

  // A key of the contract appears in this record.
  void mark(unsigned bit) {
    if (seen & bit) fault(CSJ_REPEATED_KEY);
    seen |= bit;
  }

  void text(csj_text &into, const Value &value, size_t limit) {
    if (value.kind == Value::null) return;
    if (value.kind != Value::text) return fault(CSJ_WRONG_TYPE);
    if (value.is_broken) return fault(CSJ_BROKEN_TEXT);
    if (value.view.size() > limit) return fault(CSJ_TOO_LONG);
    if (std::memchr(value.view.data(), 0, value.view.size())) return fault(CSJ_NUL);
    into = {value.view.data(), value.view.size()};
  }

  // Only that there is a text matters, not which.
  void presence(uint8_t bit, const Value &value) {
    if (value.kind == Value::null) return;
    if (value.kind != Value::text) return fault(CSJ_WRONG_TYPE);
    if (!value.view.empty()) lead.fields |= bit;
  }

  void score(const Value &value) {
    if (value.kind == Value::null) return;
    if (value.kind != Value::number) return fault(CSJ_WRONG_TYPE);
    if (!value.is_in_range || std::fabs(value.real) >= 1e9) return fault(CSJ_OUT_OF_RANGE);
    lead.lead_score = value.real;
    lead.has_lead_score = 1;
  }

  void income(const Value &value) {
    if (value.kind == Value::null) return;
    if (value.kind != Value::boolean) return fault(CSJ_WRONG_TYPE);
    if (value.yes) lead.fields |= CSJ_INCOME_VERIFICATION;
  }

  csj_text *described(Field field) {
    csj_description &to = lead.description;
    switch (field) {
      case Field::source: return &to.source;
      case Field::lost_reason: return &to.lost_reason;
      case Field::agent_id: return &to.agent_id;
      case Field::agent_name: return &to.agent_name;
      case Field::tour_status: return &to.tour_status;
      case Field::last_contact_at: return &to.last_contact_at;
      case Field::first_contact_at: return &to.first_contact_at;
      default: return nullptr;
    }
  }

  // A field that stands there twice is not told: nobody knows which of the two is meant.
  void describe(csj_text &into, unsigned bit, const Value &value) {
    bool is_repeated = seen & bit;
    seen |= bit;
    if (is_repeated) into = {nullptr, 0};
    if (value.kind == Value::null && !is_repeated) return;
    if (is_repeated || value.kind != Value::text || value.is_broken ||
        value.view.size() > max_description) {
      if (lead.description.bad_values < 255) ++lead.description.bad_values;
      return;
    }
    into = {value.view.data(), value.view.size()};
    lead.description.is_told = 1;
  }

  void take(Field field, const Value &value) {
    if (field == Field::none) return;
    unsigned bit = 1u << static_cast<unsigned>(field);
    if (csj_text *into = described(field)) return describe(*into, bit, value);
    mark(bit);
    switch (field) {
      case Field::none: break;
      case Field::resman_lead_id: return text(lead.resman_lead_id, value, max_id);
      case Field::conversation_id: return text(lead.conversation_id, value, max_id);
      case Field::property_id: return text(lead.property_id, value, max_id);
      case Field::status: return text(lead.status, value, max_text);
      case Field::updated_at: return text(lead.updated_at, value, max_id);
      case Field::lead_score: return score(value);
      case Field::email: return presence(CSJ_EMAIL, value);
      case Field::phone: return presence(CSJ_PHONE, value);
      case Field::tour_datetime: return presence(CSJ_TOUR_DATETIME, value);
      case Field::income_verification: return income(value);
      default: break;
    }
  }
};

// An empty cursor ends the pages like none.
inline void take_cursor(csj_page &page, const Value &value) {
  page.next_cursor = {nullptr, 0};
  page.cursor_fault = nullptr;
  if (value.kind == Value::null) return;
  if (value.kind != Value::text || value.is_broken) {
    page.cursor_fault = "next_cursor is not a text";
  } else if (value.view.size() > max_cursor) {
    page.cursor_fault = "next_cursor is too long";
  } else if (!value.view.empty()) {
    page.next_cursor = {value.view.data(), value.view.size()};
  }
}

// A count may be written with a fraction of zero.
inline void take_total(csj_page &page, const Value &value) {
  page.total_count = -1;
  page.total_fault = nullptr;
  if (value.kind == Value::null) return;
  bool is_count = value.kind == Value::number && value.is_in_range && value.real >= 0 &&
                  value.real <= 9007199254740992.0 && value.real == std::floor(value.real);
  if (is_count) {
    page.total_count = static_cast<int64_t>(value.real);
  } else {
    page.total_fault = "total_count is not a count";
  }
}

// What cannot be used as a count says nothing.
inline void take_zoneless(csj_page &page, const Value &value) {
  bool is_count = value.kind == Value::number && value.is_in_range && value.real >= 0 &&
                  value.real <= 9007199254740992.0 && value.real == std::floor(value.real);
  page.zoneless_times = is_count ? static_cast<int64_t>(value.real) : -1;
}

}  // namespace csj
