#include "CSimdjson.h"
#include "Record.h"
#include "StrictReader.h"

#include <new>
#include <simdjson.h>

using csj::Record;
using csj::Value;
using simdjson::dom::element;
using simdjson::dom::element_type;

// Bytes of a page at most; the client takes no more either.
constexpr size_t max_page = 64u << 20;

struct csj_parser {
  simdjson::dom::parser parser{max_page};
  std::vector<csj_lead> leads;
  std::string store;
};

namespace {

Value value_of(element item) {
  Value value;
  switch (item.type()) {
    case element_type::STRING:
      value.kind = Value::text;
      value.view = item.get_string().value_unsafe();
      break;
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      value.kind = Value::number;
      value.real = item.get_double().value_unsafe();
      break;
    case element_type::BOOL:
      value.kind = Value::boolean;
      value.yes = item.get_bool().value_unsafe();
      break;
    case element_type::NULL_VALUE: value.kind = Value::null; break;
    default: break;
  }
  return value;
}

csj_lead read(element item) {
  Record record;
  simdjson::dom::object object;
  if (item.get_object().get(object)) {
    record.fault(CSJ_NOT_AN_OBJECT);
    return record.lead;
  }
  for (auto member : object) {
    csj::Field field = csj::field_of(member.key);
    if (field != csj::Field::none) record.take(field, value_of(member.value));
  }
  return record.lead;
}

const char *read_page(element root, csj_page *page, std::vector<csj_lead> &leads) {
  simdjson::dom::object object;
  if (root.get_object().get(object)) return "not a JSON object";
  bool has_leads = false;
  for (auto field : object) {
    if (field.key == "leads") {
      simdjson::dom::array items;
      if (has_leads) return "two arrays of leads";
      if (field.value.get_array().get(items)) return "no array of leads";
      has_leads = true;
      leads.reserve(items.size());
      for (element item : items) leads.push_back(read(item));
    } else if (field.key == "next_cursor") {
      csj::take_cursor(*page, value_of(field.value));
    } else if (field.key == "total_count") {
      csj::take_total(*page, value_of(field.value));
    } else if (field.key == "zoneless_times") {
      csj::take_zoneless(*page, value_of(field.value));
    }
  }
  return has_leads ? nullptr : "no array of leads";
}

const char *read_strictly(csj_parser *parser, const uint8_t *bytes, size_t length, csj_page *page) {
  csj::StrictReader reader(bytes, length, parser->store);
  const char *lack = reader.page(*page, parser->leads);
  if (!reader.fault()) return lack;
  page->fault_offset = reader.offset();
  return reader.fault();
}

}  // namespace

extern "C" csj_parser *csj_parser_new(void) { return new (std::nothrow) csj_parser; }

extern "C" void csj_parser_free(csj_parser *parser) { delete parser; }

extern "C" const char *csj_parse(csj_parser *parser, const uint8_t *bytes, size_t length,
                                 csj_page *page) {
  *page = {nullptr, 0, {nullptr, 0}, -1, -1, nullptr, nullptr, -1};
  parser->leads.clear();
  if (length > max_page) return "too large";
  try {
    element root;
    auto error = parser->parser.parse(bytes, length, true).get(root);
    if (error == simdjson::MEMALLOC) return "too large for the memory";
    const char *fault = error ? read_strictly(parser, bytes, length, page)
                              : read_page(root, page, parser->leads);
    if (fault) return fault;
  } catch (const std::bad_alloc &) {
    return "too large for the memory";
  }
  page->leads = parser->leads.data();
  page->count = parser->leads.size();
  return nullptr;
}
