// Reads a page exactly as RFC 8259 defines JSON, with numbers, escapes and nesting of any size: for pages
// that simdjson refuses. Reports the byte at which a text stops being JSON.
#pragma once
#include "Record.h"

#include <charconv>
#include <string>
#include <vector>

namespace csj {

class StrictReader {
 public:
  // `store` keeps the texts that are handed out.
  StrictReader(const uint8_t *bytes, size_t length, std::string &store)
      : begin_(reinterpret_cast<const char *>(bytes)), at_(begin_), end_(begin_ + length),
        store_(store) {
    store_.clear();
    store_.reserve(length);  // no text is longer than it was written: what was handed out stays
    if (length >= 3 && std::memcmp(begin_, "\xEF\xBB\xBF", 3) == 0) at_ += 3;
  }

  // Why the text is not JSON; null while no fault was found.
  const char *fault() const { return fault_; }
  int64_t offset() const { return at_ - begin_; }

  // What the page lacks although it is JSON; null: nothing. Check fault() as well.
  const char *page(csj_page &page, std::vector<csj_lead> &leads) {
    const char *lack = nullptr;
    bool has_leads = false;
    bool is_object = members([&](std::string_view key) {
      if (key == "leads") {
        if (has_leads) lack = "two arrays of leads";
        has_leads = true;
        bool is_array = elements([&] { return record(leads); });
        if (!is_array && !fault_) lack = "no array of leads";
        return !fault_;
      }
      Value value;
      if (!read(value)) return false;
      if (key == "next_cursor") take_cursor(page, value);
      if (key == "total_count") take_total(page, value);
      if (key == "zoneless_times") take_zoneless(page, value);
      return true;
    });
    if (fault_) return nullptr;
    space();
    if (at_ != end_) {
      fail("something follows its end");
      return nullptr;
    }
    if (!is_object) return "not a JSON object";
    return lack ? lack : has_leads ? nullptr : "no array of leads";
  }

 private:
  const char *begin_, *at_, *end_;
  std::string &store_;
  const char *fault_ = nullptr;
  std::vector<bool> open_;  // of a value that is passed over: true for an object

  bool fail(const char *why) {
    if (!fault_) fault_ = why;
    return false;
  }

  char peek() const { return at_ < end_ ? *at_ : '\0'; }

  void space() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) ++at_;
  }

  bool take(char expected, const char *why) {
    space();
    if (peek() != expected || at_ == end_) return fail(at_ == end_ ? "it ends early" : why);
    ++at_;
    return true;
  }

  // Reads an object; `member` reads the value of each key. Returns false for a value of another kind,
  // which is read anyway, and at a fault.
  template <class Member>
  bool members(Member member) {
    space();
    if (peek() != '{') {
      pass();
      return false;
    }
    ++at_;
    space();
    if (peek() == '}') return ++at_, true;
    while (true) {
      std::string_view key;
      if (!name(key) || !member(key)) return false;
      space();
      if (peek() == '}') return ++at_, true;
      if (!take(',', "a comma or } is missing")) return false;
    }
  }

  // Reads an array; `element` reads each value. Otherwise as members().
  template <class Element>
  bool elements(Element element) {
    space();
    if (peek() != '[') {
      pass();
      return false;
    }
    ++at_;
    space();
    if (peek() == ']') return ++at_, true;
    while (true) {
      if (!element()) return false;
      space();
      if (peek() == ']') return ++at_, true;
      if (!take(',', "a comma or ] is missing")) return false;
    }
  }

  bool record(std::vector<csj_lead> &leads) {
    Record record;
    bool is_object = members([&](std::string_view key) {
      Value value;
      if (!read(value)) return false;
      record.take(field_of(key), value);
      return true;
    });
    if (fault_) return false;
    if (!is_object) record.fault(CSJ_NOT_AN_OBJECT);
    leads.push_back(record.lead);
    return true;
  }

  bool name(std::string_view &key) {
    bool is_broken = false;
    space();
    if (peek() != '"') return fail(at_ == end_ ? "it ends early" : "a key is missing");
    if (!string(key, is_broken)) return false;
    return take(':', "a colon is missing");
  }

  // Reads any value; the content of an object or array is only checked.
  bool read(Value &value) {
    space();
    switch (peek()) {
      case '"':
        value.kind = Value::text;
        return string(value.view, value.is_broken);
      case '{':
      case '[':
        value.kind = Value::other;
        return pass();
      case 't':
        value.kind = Value::boolean;
        value.yes = true;
        return literal("true");
      case 'f':
        value.kind = Value::boolean;
        return literal("false");
      case 'n':
        value.kind = Value::null;
        return literal("null");
      default: return number(value);
    }
  }

  // Checks one value of any depth without keeping it.
  bool pass() {
    open_.clear();
    while (true) {
      space();
      char opening = peek();
      if (opening == '{' || opening == '[') {
        bool is_object = opening == '{';
        ++at_;
        space();
        if (peek() == (is_object ? '}' : ']')) {
          ++at_;
        } else {
          open_.push_back(is_object);
          std::string_view key;
          if (is_object && !name(key)) return false;
          continue;
        }
      } else {
        Value value;
        if (!read(value)) return false;
      }
      while (true) {  // a value has ended
        if (open_.empty()) return true;
        space();
        if (peek() == (open_.back() ? '}' : ']') && at_ < end_) {
          ++at_;
          open_.pop_back();
          continue;
        }
        if (!take(',', open_.back() ? "a comma or } is missing" : "a comma or ] is missing")) {
          return false;
        }
        std::string_view key;
        if (open_.back() && !name(key)) return false;
        break;
      }
    }
  }

  bool literal(std::string_view word) {
    if (static_cast<size_t>(end_ - at_) < word.size()) return fail("it ends early");
    if (std::memcmp(at_, word.data(), word.size()) != 0) return fail("no JSON value");
    at_ += word.size();
    return true;
  }

  bool digits() {
    const char *first = at_;
    while (at_ < end_ && *at_ >= '0' && *at_ <= '9') ++at_;
    return at_ > first || fail(at_ == end_ ? "it ends early" : "no JSON value");
  }

  bool number(Value &value) {
    const char *first = at_;
    if (peek() == '-') ++at_;
    if (peek() == '0') {
      ++at_;
    } else if (!digits()) {
      return false;
    }
    if (peek() == '.') {
      ++at_;
      if (!digits()) return false;
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return false;
    }
    value.kind = Value::number;
    value.is_in_range = std::from_chars(first, at_, value.real).ec == std::errc();
    return true;
  }

  int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

  // The value of the four digits of \uXXXX at `from`; -1: they are not hexadecimal digits.
  int32_t unit(const char *from) {
    if (end_ - from < 4) return -1;
    int32_t code = 0;
    for (int index = 0; index < 4; ++index) {
      int value = digit(from[index]);
      if (value < 0) return -1;
      code = code * 16 + value;
    }
    return code;
  }

  void put(uint32_t code) {
    if (code < 0x80) {
      store_.push_back(static_cast<char>(code));
    } else if (code < 0x800) {
      store_.push_back(static_cast<char>(0xC0 | code >> 6));
      store_.push_back(static_cast<char>(0x80 | (code & 0x3F)));
    } else if (code < 0x10000) {
      store_.push_back(static_cast<char>(0xE0 | code >> 12));
      store_.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
      store_.push_back(static_cast<char>(0x80 | (code & 0x3F)));
    } else {
      store_.push_back(static_cast<char>(0xF0 | code >> 18));
      store_.push_back(static_cast<char>(0x80 | (code >> 12 & 0x3F)));
      store_.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
      store_.push_back(static_cast<char>(0x80 | (code & 0x3F)));
    }
  }

  bool escape(bool &is_broken) {
    ++at_;
    if (at_ == end_) return fail("it ends early");
    switch (*at_) {
      case '"': case '\\': case '/': store_.push_back(*at_); break;
      case 'b': store_.push_back('\b'); break;
      case 'f': store_.push_back('\f'); break;
      case 'n': store_.push_back('\n'); break;
      case 'r': store_.push_back('\r'); break;
      case 't': store_.push_back('\t'); break;
      case 'u': {
        int32_t code = unit(at_ + 1);
        if (code < 0) return fail("an escape that JSON does not have");
        at_ += 4;
        if (code >= 0xD800 && code < 0xE000) {
          bool is_pair = code < 0xDC00 && end_ - at_ > 6 && at_[1] == '\\' && at_[2] == 'u';
          int32_t low = is_pair ? unit(at_ + 3) : -1;
          if (low >= 0xDC00 && low < 0xE000) {
            at_ += 6;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
          } else {
            is_broken = true;
            code = 0xFFFD;
          }
        }
        put(static_cast<uint32_t>(code));
        break;
      }
      default: return fail("an escape that JSON does not have");
    }
    ++at_;
    return true;
  }

  // Bytes from at_ on that stand for themselves: ASCII without quotes, escapes and controls.
  size_t plain() const {
    const char *to = at_;
    while (to < end_ && *to >= 0x20 && *to < 0x7F && *to != '"' && *to != '\\') ++to;
    return static_cast<size_t>(to - at_);
  }

  // Bytes of the UTF-8 character at at_; 0 where there is none (RFC 3629).
  size_t character() const {
    auto byte = [&](size_t index) { return static_cast<uint8_t>(at_[index]); };
    size_t left = static_cast<size_t>(end_ - at_);
    auto follows = [&](size_t index, uint8_t low, uint8_t high) {
      return index < left && byte(index) >= low && byte(index) <= high;
    };
    uint8_t first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1, 0x80, 0xBF) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
      uint8_t low = first == 0xE0 ? 0xA0 : 0x80;
      uint8_t high = first == 0xED ? 0x9F : 0xBF;
      return follows(1, low, high) && follows(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
      uint8_t low = first == 0xF0 ? 0x90 : 0x80;
      uint8_t high = first == 0xF4 ? 0x8F : 0xBF;
      return follows(1, low, high) && follows(2, 0x80, 0xBF) && follows(3, 0x80, 0xBF) ? 4 : 0;
    }
    return 0;
  }

  bool string(std::string_view &view, bool &is_broken) {
    size_t start = store_.size();
    ++at_;
    while (true) {
      if (at_ == end_) return fail("it ends early");
      uint8_t byte = static_cast<uint8_t>(*at_);
      if (byte == '"') break;
      if (byte < 0x20) return fail("a control character in a text");
      if (byte == '\\') {
        if (!escape(is_broken)) return false;
        continue;
      }
      size_t length = plain();
      if (length == 0) length = character();
      if (length == 0) return fail("a byte that is not UTF-8");
      store_.append(at_, length);
      at_ += length;
    }
    ++at_;
    view = std::string_view(store_).substr(start);
    return true;
  }
};

}  // namespace csj
