// What stands in the variables about traces and reports of errors. Used by the configuration, which refuses what these refuse, and by the
// runtime. Pure, any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace argosy::config {

// A share from 0 to 1 in decimal notation: "0.05". Nothing: it is none.
std::optional<double> parse_share(std::string_view text);

// "name=value,other=value"; values may hold '='. Empty text is no headers. Nothing: it is no such list.
std::optional<std::map<std::string, std::string>> parse_headers(std::string_view text);
// Whether a header's value is to stand in no log: that of authorization, a key, a token or a secret. Others are ordinary words.
bool is_secret_header(std::string_view name);

// A Sentry DSN, http(s)://KEY@host[:port][/path]/PROJECT: where envelopes are sent, and the key that goes with them.
struct Dsn {
  std::string envelope_url, key;
};
std::optional<Dsn> parse_dsn(std::string_view text);

}  // namespace argosy::config
