#include "common/core/text/lasting.h"

#include <algorithm>
#include <array>

#include "common/core/text.h"

namespace argosy::text {
namespace {

constexpr std::size_t kLeastAddress = 4;     // hexadecimal digits behind 0x
constexpr std::size_t kLeastTemporary = 6;   // letters and digits of a random name
constexpr std::int64_t kLeastPort = 32'768;  // lower ones are chosen, not given out
constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 8> kProcessWords{"pid", "ppid", "pgid", "tid", "process", "thread", "process id", "job id"};
constexpr std::array<std::string_view, 24> kUnits{"milliseconds", "microseconds", "nanoseconds", "millisecond", "seconds", "minutes",
                                                  "second",       "minute",       "hours",       "hour",        "secs",    "mins",
                                                  "msec",         "usec",         "sec",         "min",         "ms",      "us",
                                                  "ns",           "\xC2\xB5s",    "\xCE\xBCs",   "hrs",         "s",       "h"};

bool digit(char c) { return c >= '0' && c <= '9'; }
bool hexadecimal(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool word(char c) { return digit(c) || letter(c) || c == '_'; }

std::size_t digits(std::string_view text) { return static_cast<std::size_t>(std::ranges::find_if_not(text, digit) - text.begin()); }
bool ends(std::string_view rest, std::size_t at) { return at >= rest.size() || !word(rest[at]); }

// "dd:dd:dd" and so on: each d a digit, all else itself.
bool shaped(std::string_view text, std::string_view shape) {
  return text.size() >= shape.size() &&
         std::ranges::equal(text.substr(0, shape.size()), shape, [](char c, char s) { return s == 'd' ? digit(c) : s == c; });
}

std::size_t fraction(std::string_view rest) {
  if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',') || !digit(rest[1])) return 0;
  return 1 + digits(rest.substr(1));
}

std::size_t zone(std::string_view rest) {
  if (rest.starts_with("Z")) return 1;
  if (shaped(rest, "+dd:dd") || shaped(rest, "-dd:dd")) return 6;
  return shaped(rest, "+dddd") ? 5 : 0;
}

// "12:03:44.120+02:00"; "12:03" alone only where a date stands before it: elsewhere it is a line and a column.
std::size_t clock_time(std::string_view rest, bool after_date) {
  std::size_t at = shaped(rest, "dd:dd:dd") ? 8 : shaped(rest, "d:dd:dd") ? 7 : after_date && shaped(rest, "dd:dd") ? 5 : 0;
  if (at == 0) return 0;
  at += fraction(rest.substr(at));
  at += zone(rest.substr(at));
  return ends(rest, at) && (at >= rest.size() || rest[at] != ':') ? at : 0;
}

// "2026-11-22T19:05:55Z", "2026/11/22 19:05", "Nov 22 19:05", "Nov 22 19:05:06 2026"; the day alone is no time that changes by itself.
std::size_t moment(std::string_view rest) {
  std::size_t at = 0;
  if (shaped(rest, "dddd-dd-dd") || shaped(rest, "dddd/dd/dd")) {
    at = 10;
  } else if (rest.size() > 6 && rest[3] == ' ' && std::ranges::find(kMonths, lower(rest.substr(0, 3))) != kMonths.end()) {
    at = 4 + (rest[4] == ' ' ? 1 : 0);
    const auto day = digits(rest.substr(at));
    if (day == 0 || day > 2) return 0;
    at += day;
  } else {
    return clock_time(rest, false);
  }
  if (at >= rest.size() || (rest[at] != ' ' && rest[at] != 'T')) return 0;
  const auto time = clock_time(rest.substr(at + 1), true);
  if (time == 0) return 0;
  at += 1 + time;
  return at + shaped(rest.substr(at), " dddd") * 5u;
}

std::size_t address(std::string_view rest) {
  if (!rest.starts_with("0x") && !rest.starts_with("0X")) return 0;
  std::size_t at = 2;
  while (at < rest.size() && hexadecimal(rest[at])) ++at;
  return at >= 2 + kLeastAddress && ends(rest, at) ? at : 0;
}

std::size_t unique_id(std::string_view rest) {
  std::size_t at = 0;
  for (const std::size_t part : {8u, 4u, 4u, 4u, 12u}) {
    if (at != 0 && (at >= rest.size() || rest[at++] != '-')) return 0;
    for (std::size_t i = 0; i < part; ++i, ++at)
      if (at >= rest.size() || !hexadecimal(rest[at])) return 0;
  }
  return ends(rest, at) ? at : 0;
}

// "0.42s", "3 ms", "1m23.4s", "2 minutes"
std::size_t duration(std::string_view rest) {
  std::size_t at = 0;
  for (bool more = true; more;) {
    const auto number = digits(rest.substr(at));
    if (number == 0) return 0;
    auto next = at + number + fraction(rest.substr(at + number));
    more = next < rest.size() && (rest[next] == 'm' || rest[next] == 'h') && next + 1 < rest.size() && digit(rest[next + 1]);
    at = more ? next + 1 : next;
  }
  const std::size_t space = at < rest.size() && rest[at] == ' ' ? 1 : 0;
  const auto tail = rest.substr(at + space);
  for (const auto unit : kUnits)
    if (tail.starts_with(unit) && ends(tail, unit.size())) return at + space + unit.size();
  return 0;
}

// "pid 123", "PID: 123", "process (123)": the length of what stands before the number, and of the number.
std::size_t process_number(std::string_view rest, std::size_t& number) {
  const std::string start = lower(rest.substr(0, 12));
  for (const auto name : kProcessWords) {
    if (!start.starts_with(name) || name.size() >= rest.size() || word(rest[name.size()])) continue;
    std::size_t at = name.size();
    while (at < rest.size() && at < name.size() + 3 && std::string_view(" :=#([").contains(rest[at])) ++at;
    number = digits(rest.substr(at));
    if (number > 0 && ends(rest, at + number)) return at;
  }
  return 0;
}

// "==4711==" of valgrind and sanitizers; "[4711]:" of logs; "[1] 4711" of shells.
std::size_t bracketed_process(std::string_view rest, std::size_t& number) {
  if (rest.starts_with("==")) {
    number = digits(rest.substr(2));
    return number > 0 && rest.substr(2 + number).starts_with("==") ? 2 : 0;
  }
  if (!rest.starts_with("[")) return 0;
  number = digits(rest.substr(1));
  if (number == 0) return 0;
  const auto after = rest.substr(1 + number);
  if (number > 2 && after.starts_with("]:")) return 1;
  if (!after.starts_with("] ")) return 0;
  const std::size_t at = number + 3;
  number = digits(rest.substr(at));
  return number > 3 && at + number <= rest.size() && (at + number == rest.size() || rest[at + number] == '\n') ? at : 0;
}

// Seconds or milliseconds since 1970, of this century.
std::size_t epoch_time(std::string_view rest) {
  const auto number = digits(rest);
  if ((number != 10 && number != 13) || rest[0] != '1' || rest[1] < '4') return 0;
  const auto at = number + fraction(rest.substr(number));
  return ends(rest, at) ? at : 0;
}

// "tmpab12cd34", "/tmp/build.Xy12ab"
std::size_t temporary_name(std::string_view rest, std::string_view before) {
  std::size_t at = 0, figures = 0, capitals = 0;
  for (; at < rest.size() && (word(rest[at]) || rest[at] == '-' || rest[at] == '.'); ++at) {
    figures += digit(rest[at]);
    capitals += rest[at] >= 'A' && rest[at] <= 'Z';
  }
  if (before.ends_with("/tmp/")) return at >= kLeastTemporary && figures + capitals > 0 ? at : 0;
  return rest.starts_with("tmp") && figures > 0 && at >= 3 + kLeastTemporary && std::ranges::all_of(rest.substr(0, at), word) ? at : 0;
}

std::size_t given_port(std::string_view rest, std::string_view before) {
  if (!before.ends_with(':') || before.size() < 2) return 0;
  const auto host = before.substr(0, before.size() - 1);
  const auto dot = host.size() > 4 ? host.substr(host.size() - 4) : host;
  if (!host.ends_with("localhost") && !(digit(host.back()) && dot.contains('.'))) return 0;
  const auto number = digits(rest);
  const auto port = to_int(rest.substr(0, number));
  return port && *port >= kLeastPort && ends(rest, number) ? number : 0;
}

}  // namespace

std::string lasting(std::string_view output) {
  std::string out;
  out.reserve(output.size());
  for (std::size_t at = 0; at < output.size();) {
    const auto rest = output.substr(at), before = output.substr(0, at);
    std::size_t number = 0;
    const auto put = [&](std::size_t length, std::string_view mark) {
      out += mark;
      at += length;
    };
    if (const auto lead = rest[0] == '[' || rest[0] == '=' ? bracketed_process(rest, number) : 0) {
      out += rest.substr(0, lead);
      put(lead + number, "#pid");
      continue;
    }
    const bool begins = word(rest[0]) && (at == 0 || !word(before.back()));
    // A number behind a point or a minus is a part of another one.
    const bool whole = begins && (at == 0 || (before.back() != '.' && before.back() != ':'));
    if (const auto lead = begins ? process_number(rest, number) : 0) {
      out += rest.substr(0, lead);
      put(lead + number, "#pid");
    } else if (const auto port = begins && digit(rest[0]) ? given_port(rest, before) : 0) {
      put(port, "#at");
    } else if (const auto id = begins ? unique_id(rest) : 0) {
      put(id, "#id");
    } else if (const auto time = whole ? moment(rest) : 0) {
      put(time, "#time");
    } else if (const auto memory = begins ? address(rest) : 0) {
      put(memory, "#at");
    } else if (const auto took = whole && digit(rest[0]) ? duration(rest) : 0) {
      put(took, "#took");
    } else if (const auto since = whole && digit(rest[0]) ? epoch_time(rest) : 0) {
      put(since, "#time");
    } else if (const auto name = begins ? temporary_name(rest, before) : 0) {
      put(name, "#temp");
    } else {
      out += output[at++];
    }
  }
  return out;
}

}  // namespace argosy::text
