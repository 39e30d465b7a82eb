#include "CSimdjson.h"

#include <cstring>
#include <new>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <vector>

using simdjson::dom::element;
using simdjson::dom::element_type;

// Bytes of an answer at most; the client takes no more either.
constexpr size_t max_answer = 256u << 20;
constexpr size_t max_value = 500;

struct csj_prospect_parser {
  simdjson::dom::parser parser{max_answer};
  std::vector<csj_prospect> prospects;
};

namespace {

// Reads the members of one object: a key that stands there twice, or a value of another kind, is a fault of the prospect.
struct Reader {
  csj_prospect &prospect;

  void fault(uint8_t problem) {
    if (prospect.problem == CSJ_FINE) prospect.problem = problem;
  }

  void text(csj_text &into, element value) {
    if (value.is_null()) return;
    std::string_view view;
    if (value.get_string().get(view)) return fault(CSJ_WRONG_TYPE);
    if (into.bytes) return fault(CSJ_REPEATED_KEY);
    if (view.size() > max_value) return fault(CSJ_TOO_LONG);
    if (std::memchr(view.data(), 0, view.size())) return fault(CSJ_NUL);
    into = {view.data(), view.size()};
  }

  bool object(simdjson::dom::object &into, element value) {
    if (value.is_null()) return false;
    if (value.get_object().get(into)) {
      fault(CSJ_WRONG_TYPE);
      return false;
    }
    return true;
  }

  bool array(simdjson::dom::array &into, element value) {
    if (value.is_null()) return false;
    if (value.get_array().get(into)) {
      fault(CSJ_WRONG_TYPE);
      return false;
    }
    return true;
  }
};

// One of the three contacts that go out, in whatever spelling: "EmailToProspect", "email to prospect".
bool is_outbound(element value) {
  std::string_view view;
  if (value.get_string().get(view)) return false;
  char word[20];
  size_t length = 0;
  for (char c : view) {
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!is_letter) continue;
    if (length == sizeof word) return false;
    word[length++] = static_cast<char>(c | 0x20);
  }
  std::string_view letters(word, length);
  return letters == "emailtoprospect" || letters == "calltoprospect" || letters == "texttoprospect";
}

void read_log(Reader &reader, element value) {
  simdjson::dom::array items;
  if (!reader.array(items, value)) return;
  for (element item : items) {
    simdjson::dom::object entry;
    if (item.get_object().get(entry)) return reader.fault(CSJ_WRONG_TYPE);
    for (auto field : entry) {
      bool names_contact = field.key == "interactionType" || field.key == "contactType";
      if (names_contact && is_outbound(field.value)) reader.prospect.is_contacted = 1;
    }
  }
}

// A contact as sent. One that is no text, empty, too long or with a NUL is none: it costs itself alone.
csj_text contact(element value) {
  std::string_view view;
  if (value.get_string().get(view) || view.empty() || view.size() > max_value) return {};
  if (std::memchr(view.data(), 0, view.size())) return {};
  return {view.data(), view.size()};
}

bool is_there(element value) {
  std::string_view view;
  return !value.get_string().get(view) && !view.empty();
}

// Of several people the main one counts, by mainPersonId or by its own word; without either, the first.
void read_people(Reader &reader, element value, std::string_view main_id) {
  simdjson::dom::array people;
  if (!reader.array(people, value)) return;
  bool is_first = true;
  for (element item : people) {
    simdjson::dom::object person;
    if (item.get_object().get(person)) return reader.fault(CSJ_WRONG_TYPE);
    bool is_main = false;
    bool has_email = false;
    bool has_phone = false;
    csj_text email{};
    csj_text phone{};
    for (auto field : person) {
      std::string_view id;
      bool yes = false;
      if (field.key == "email") {
        has_email = is_there(field.value);
        email = contact(field.value);
      } else if (field.key == "phone") {
        has_phone = is_there(field.value);
        phone = contact(field.value);
      } else if (field.key == "isMainContact") is_main |= !field.value.get_bool().get(yes) && yes;
      else if (field.key == "personId" && !field.value.get_string().get(id))
        is_main |= !main_id.empty() && id == main_id;
    }
    if (!is_first && !is_main) continue;
    reader.prospect.has_email = has_email;
    reader.prospect.has_phone = has_phone;
    reader.prospect.email = email;
    reader.prospect.phone = phone;
    is_first = false;
    if (is_main) return;
  }
}

csj_prospect read(element item) {
  csj_prospect prospect{};
  Reader reader{prospect};
  simdjson::dom::object object;
  if (item.get_object().get(object)) {
    reader.fault(CSJ_NOT_AN_OBJECT);
    return prospect;
  }
  csj_text main_person{};
  element people;
  bool has_people = false;
  for (auto field : object) {
    std::string_view key = field.key;
    simdjson::dom::object inner;
    if (key == "prospectId") reader.text(prospect.prospect_id, field.value);
    else if (key == "propertyId") reader.text(prospect.property_id, field.value);
    else if (key == "mainPersonId") reader.text(main_person, field.value);
    else if (key == "lastModified") reader.text(prospect.last_modified, field.value);
    else if (key == "status") reader.text(prospect.status, field.value);
    else if (key == "prospectSourceName") reader.text(prospect.source_name, field.value);
    else if (key == "firstContactDate") reader.text(prospect.first_contact_date, field.value);
    else if (key == "lastContactDate") reader.text(prospect.last_contact_date, field.value);
    else if (key == "lostDate") reader.text(prospect.lost_date, field.value);
    else if (key == "lostReason") reader.text(prospect.lost_reason, field.value);
    else if (key == "communicationLog") read_log(reader, field.value);
    else if (key == "people") {
      if (has_people) reader.fault(CSJ_REPEATED_KEY);
      has_people = true;
      people = field.value;
    } else if (key == "lease") {
      if (!reader.object(inner, field.value)) continue;
      for (auto part : inner) {
        if (part.key == "status") reader.text(prospect.lease_status, part.value);
        else if (part.key == "leaseSignedDate") reader.text(prospect.lease_signed_date, part.value);
      }
    } else if (key == "leasingAgent") {
      if (!reader.object(inner, field.value)) continue;
      for (auto part : inner) {
        if (part.key == "personId") reader.text(prospect.agent_id, part.value);
        else if (part.key == "firstName") reader.text(prospect.agent_first_name, part.value);
        else if (part.key == "lastName") reader.text(prospect.agent_last_name, part.value);
      }
    }
  }
  std::string_view main_id =
      main_person.bytes ? std::string_view(main_person.bytes, main_person.length) : std::string_view();
  if (has_people) read_people(reader, people, main_id);
  return prospect;
}

// The code unit of the escape \uXXXX at `from`; -1: there is none.
int32_t escaped_unit(const std::string &text, size_t from) {
  if (text.size() < from + 6 || text[from] != '\\' || text[from + 1] != 'u') return -1;
  int32_t unit = 0;
  for (size_t index = from + 2; index < from + 6; ++index) {
    char c = text[index];
    if (c >= '0' && c <= '9') unit = unit * 16 + (c - '0');
    else if (c >= 'a' && c <= 'f') unit = unit * 16 + (c - 'a' + 10);
    else if (c >= 'A' && c <= 'F') unit = unit * 16 + (c - 'A' + 10);
    else return -1;
  }
  return unit;
}

// Makes U+FFFD of each escape that is half a surrogate pair, which simdjson refuses although it is JSON. Returns whether
// there was one.
bool repair_surrogates(std::string &text) {
  bool is_repaired = false;
  size_t place = 0;
  while ((place = text.find('\\', place)) != std::string::npos) {
    int32_t unit = escaped_unit(text, place);
    if (unit < 0) {
      place += 2;  // another escape, also of a backslash
      continue;
    }
    bool is_high = unit >= 0xD800 && unit < 0xDC00;
    bool is_low = unit >= 0xDC00 && unit < 0xE000;
    int32_t next = is_high ? escaped_unit(text, place + 6) : -1;
    if (next >= 0xDC00 && next < 0xE000) {
      place += 12;
      continue;
    }
    if (is_high || is_low) {
      text.replace(place + 2, 4, "fffd");
      is_repaired = true;
    }
    place += 6;
  }
  return is_repaired;
}

const char *read_answer(element root, std::vector<csj_prospect> &prospects) {
  simdjson::dom::object object;
  if (root.get_object().get(object)) return "not a JSON object";
  bool has_prospects = false;
  for (auto field : object) {
    if (field.key != "prospects") continue;
    simdjson::dom::array items;
    if (has_prospects) return "two arrays of prospects";
    if (field.value.get_array().get(items)) return "no array of prospects";
    has_prospects = true;
    for (element item : items) prospects.push_back(read(item));
  }
  return has_prospects ? nullptr : "no array of prospects";
}

}  // namespace

extern "C" csj_prospect_parser *csj_prospect_parser_new(void) {
  return new (std::nothrow) csj_prospect_parser;
}

extern "C" void csj_prospect_parser_free(csj_prospect_parser *parser) { delete parser; }

extern "C" const char *csj_parse_prospects(csj_prospect_parser *parser, const uint8_t *bytes,
                                           size_t length, csj_prospects *answer) {
  *answer = {nullptr, 0};
  parser->prospects.clear();
  if (length > max_answer) return "too large";
  try {
    element root;
    auto error = parser->parser.parse(bytes, length, true).get(root);
    if (error == simdjson::STRING_ERROR) {
      std::string copy(reinterpret_cast<const char *>(bytes), length);
      if (repair_surrogates(copy)) {
        error = parser->parser.parse(copy.data(), copy.size(), true).get(root);
      }
    }
    if (error == simdjson::MEMALLOC) return "too large for the memory";
    if (error) return "not JSON";
    if (const char *fault = read_answer(root, parser->prospects)) return fault;
  } catch (const std::bad_alloc &) {
    return "too large for the memory";
  }
  *answer = {parser->prospects.data(), parser->prospects.size()};
  return nullptr;
}
