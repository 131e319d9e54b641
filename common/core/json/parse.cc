// RapidJSON's reader drives a builder that keeps the rules which the reader does not: depth, duplicate keys, U+0000, lone surrogates.
#include <fmt/format.h>
#include <rapidjson/allocators.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <span>

#include "common/core/json.h"
#include "common/core/json/plain.h"
#include "common/core/text.h"
#include "common/core/text/utf8.h"

namespace argosy::json {
namespace {

// UTF-8 whose validation takes runs where the reader's own takes bytes, which is most of what a parse costs. A run ends before a
// character that is not valid: so the error that the next call is answers with names its byte.
struct Utf8InRuns : rapidjson::UTF8<char> {
  template <class Out>
  static bool Validate(rapidjson::MemoryStream& in, Out& out) {
    // The reader's other way, in situ, is compiled and never taken.
    if constexpr (std::is_same_v<Out, rapidjson::MemoryStream>)
      return rapidjson::UTF8<char>::Validate(in, out);
    else
      return append_run(in, out);
  }

 private:
  template <class Out>
  static bool append_run(rapidjson::MemoryStream& in, Out& out) {
    const std::string_view rest(in.src_, static_cast<std::size_t>(in.end_ - in.src_));
    const std::string_view run = rest.substr(0, text::utf8_run(rest.substr(0, plain_run(rest))));
    if (run.empty()) return false;  // there may be no memory yet to copy nothing into
    std::memcpy(out.Push(static_cast<rapidjson::SizeType>(run.size())), run.data(), run.size());
    in.src_ += run.size();
    return true;
  }
};
using Reader = rapidjson::GenericReader<Utf8InRuns, Utf8InRuns, rapidjson::MemoryPoolAllocator<>>;
// Bytes that a parse takes from the stack, for what strings pass through and the reader remembers. Longer strings take more from elsewhere.
constexpr std::size_t kReaderMemory = 4'096;

std::unexpected<Error> refuse(std::string_view code, std::string_view what, std::size_t offset) {
  return fail_user(std::string(code), fmt::format("{} at byte {}", what, offset));
}

// Receives the reader's events. A false answer stops the reader; `code` and `what` then say why. What is complete waits on one stack for
// the end of its container, which then takes all of its own at once.
class Builder {
 public:
  // Without a backslash in the text the reader's own checks are enough: only an escape makes a NUL or a lone surrogate of valid bytes.
  Builder(std::size_t max_depth, bool has_escapes) : max_depth_(max_depth), has_escapes_(has_escapes) {
    waiting_.reserve(kFirstRoom);
    keys_.reserve(kFirstRoom);
  }

  bool Null() { return put(Value()); }
  bool Bool(bool value) { return put(Value(value)); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view number(text, length);
    if (number.find_first_of(".eE") == std::string_view::npos) {
      if (const auto whole = text::to_int(number)) return put(Value(*whole));
    }
    double value = 0;
    if (std::from_chars(text, text + length, value).ec != std::errc{}) return stop("json_malformed", "a number out of range ends");
    return put(Value(value));
  }
  // The reader is told to hand numbers over as text: these are never called.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  bool String(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view string(text, length);
    return is_clean(string) && put(Value(string));
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view key(text, length);
    if (!is_clean(key)) return false;
    waiting_.emplace_back(std::string(key), Value());
    return true;
  }
  bool StartObject() { return open(Container::object); }
  bool StartArray() { return open(Container::array); }
  bool EndObject(rapidjson::SizeType count) {
    const auto members = last(count);
    if (!has_unique_keys(members)) return false;
    std::vector<Member> own(std::move_iterator(members.begin()), std::move_iterator(members.end()));
    return close(count, Value(Object(std::move(own))));
  }
  bool EndArray(rapidjson::SizeType count) {
    Array array;
    array.reserve(count);
    for (Member& item : last(count)) array.push_back(std::move(item.value));
    return close(count, Value(std::move(array)));
  }

  std::string_view code, what;
  Value root;

 private:
  enum class Container : bool { object, array };
  static constexpr std::size_t kFirstRoom = 14;  // most of what is parsed has no more members at a time; about a kilobyte

  bool stop(std::string_view why_code, std::string_view why) {
    code = why_code;
    what = why;
    return false;
  }

  bool is_clean(std::string_view string) {
    if (!has_escapes_) return true;
    if (string.find('\0') != std::string_view::npos) return stop("json_nul_character", "a string with U+0000 ends");
    if (!text::is_utf8(string)) return stop("json_invalid_utf8", "a string with a lone surrogate ends");
    return true;
  }

  std::span<Member> last(std::size_t count) { return std::span(waiting_).last(count); }

  // Sorting costs n log n whatever the keys are, and needs no copies of them; by length first, since few are of one length.
  bool has_unique_keys(std::span<const Member> members) {
    keys_.clear();
    for (const Member& member : members) keys_.push_back(member.key);
    std::ranges::sort(keys_, [](std::string_view a, std::string_view b) { return a.size() != b.size() ? a.size() < b.size() : a < b; });
    return std::ranges::adjacent_find(keys_) == keys_.end() || stop("json_duplicate_key", "an object that has a key twice ends");
  }

  bool open(Container container) {
    if (open_.size() == max_depth_) return stop("json_too_deep", fmt_depth());
    open_.push_back(container);
    return true;
  }

  std::string_view fmt_depth() {
    depth_text_ = fmt::format("more than {} levels of nesting", max_depth_);
    return depth_text_;
  }

  bool close(std::size_t count, Value done) {
    waiting_.resize(waiting_.size() - count);
    open_.pop_back();
    return put(std::move(done));
  }

  bool put(Value value) {
    if (open_.empty()) {
      root = std::move(value);
    } else if (open_.back() == Container::array) {
      waiting_.emplace_back(std::string(), std::move(value));
    } else {
      waiting_.back().value = std::move(value);
    }
    return true;
  }

  const std::size_t max_depth_;
  const bool has_escapes_;
  std::string depth_text_;
  std::vector<Container> open_;
  std::vector<Member> waiting_;  // items and members of the containers that are open; the last member may still lack its value
  std::vector<std::string_view> keys_;
};

std::string_view describe(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty:
      return "no JSON text";
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "more text after the JSON value";
    case rapidjson::kParseErrorObjectMissName:
      return "a member's name is missing";
    case rapidjson::kParseErrorObjectMissColon:
      return "a colon is missing after a member's name";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "a comma or } is missing";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "a comma or ] is missing";
    case rapidjson::kParseErrorStringMissQuotationMark:
      return "a string has no end";
    case rapidjson::kParseErrorStringEscapeInvalid:
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "an escape in a string is not valid";
    case rapidjson::kParseErrorNumberTooBig:
    case rapidjson::kParseErrorNumberMissFraction:
    case rapidjson::kParseErrorNumberMissExponent:
      return "a number is not valid";
    default:
      return "not a JSON value";
  }
}

}  // namespace

Result<Value> parse(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return fail_user("json_too_large", fmt::format("the JSON text has {} bytes, {} are allowed", text.size(), limits.max_bytes));
  }
  // The stream below takes NUL for the end of the text.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) return refuse("json_nul_character", "a NUL byte", nul);

  rapidjson::MemoryStream stream(text.data(), text.size());
  alignas(std::max_align_t) std::array<char, kReaderMemory> memory;
  rapidjson::MemoryPoolAllocator<> pool(memory.data(), memory.size());
  Reader reader(&pool);
  Builder builder(limits.max_depth, text.find('\\') != std::string_view::npos);
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (!result.IsError()) return std::move(builder.root);

  if (!builder.code.empty()) return refuse(builder.code, builder.what, std::min(stream.Tell(), text.size()));
  switch (result.Code()) {
    case rapidjson::kParseErrorStringInvalidEncoding:
      return refuse("json_invalid_utf8", "invalid UTF-8", result.Offset());
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return refuse("json_invalid_utf8", "a lone surrogate", result.Offset());
    default:
      return refuse("json_malformed", describe(result.Code()), result.Offset());
  }
}

}  // namespace argosy::json
