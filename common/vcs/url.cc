// Which addresses git may be given, and which credential belongs to which of them.
#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/vcs/git.h"

namespace argosy::vcs {
namespace {

constexpr std::size_t kMaxUrl = 2048;

std::unexpected<Error> malformed(std::string why) {
  return fail_user("url_malformed", "the repository's address cannot be used: " + why,
                   "write it as https://host/path or ssh://git@host/path");
}

bool alnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

bool all_of(std::string_view text, std::string_view extra) {
  return std::ranges::all_of(text, [&](char c) { return alnum(c) || extra.find(c) != std::string_view::npos; });
}

// Git decodes percent signs, so an encoded control character is as good as a plain one (it has split credential requests before).
bool has_encoded_control(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    const auto byte = text::from_hex(text.substr(at + 1, 2));
    if (!byte || byte->size() != 1) return true;
    const auto value = static_cast<unsigned char>((*byte)[0]);
    if (value < 0x20 || value == 0x7f) return true;
  }
  return false;
}

bool is_host(std::string_view host) {
  if (host.empty() || host.front() == '-') return false;
  if (host.front() == '[') return host.size() > 2 && host.back() == ']' && all_of(host.substr(1, host.size() - 2), ":.");
  return all_of(host, ".-");
}

bool is_port(std::string_view port) {
  const auto number = text::to_int(port);
  return number && *number > 0 && *number < 65536;
}

struct Parts {
  std::string scheme;
  std::string_view user, host, path;
  bool has_user = false, has_password = false, bad_port = false;
};

std::optional<Parts> take_apart(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  Parts parts;
  parts.scheme = url.substr(0, colon);
  std::ranges::transform(parts.scheme, parts.scheme.begin(),
                         [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  auto rest = url.substr(colon + 3);
  const auto slash = rest.find('/');
  auto authority = rest.substr(0, slash);
  parts.path = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    parts.has_user = true;
    parts.user = authority.substr(0, at);
    parts.has_password = parts.user.find(':') != std::string_view::npos;
    authority = authority.substr(at + 1);
  }
  const auto bracket = authority.rfind(']');
  const auto port = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  parts.host = authority.substr(0, port);
  if (port != std::string_view::npos) parts.bad_port = !is_port(authority.substr(port + 1));
  return parts;
}

Result<void> check_parts(const Parts& parts, bool allow_file) {
  if (parts.scheme == "file") {
    if (!allow_file)
      return fail_user("url_scheme_refused", "file:// addresses are not allowed here",
                       "set ARGOSY_ALLOW_FILE_URLS=true on a machine of your own");
    if (!parts.host.empty() || parts.has_user) return malformed("a file address names no host");
    for (const auto part : text::split(parts.path, '/'))
      if (part == "..") return malformed("it climbs with '..'");
    return {};
  }
  if (parts.scheme != "https" && parts.scheme != "ssh")
    return fail_user("url_scheme_refused", fmt::format("addresses of the kind '{}' are not allowed", text::ellipsize(parts.scheme, 32)),
                     "use https:// or ssh://");
  if (parts.has_password || (parts.has_user && parts.scheme == "https"))
    return fail_user("url_credentials_refused", "the address carries a user or a password",
                     "give credentials to the workers (ARGOSY_GIT_READ_CREDENTIALS), not to the address");
  if (parts.has_user && (parts.user.empty() || parts.user.front() == '-' || !all_of(parts.user, "._-")))
    return malformed("its user name is not plain");
  if (!is_host(parts.host)) return malformed("it has no valid host");
  if (parts.bad_port) return malformed("its port is not a number from 1 to 65535");
  return {};
}

// Scheme and host do not depend on case, the path does.
std::string comparable(std::string_view url) {
  std::string out(url);
  const auto path = out.find('/', std::min(out.size(), out.find("://") + 3));
  std::transform(out.begin(), path == std::string::npos ? out.end() : out.begin() + static_cast<std::ptrdiff_t>(path), out.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  while (out.ends_with('/')) out.pop_back();
  return out;
}

}  // namespace

Result<void> check_url(const std::string& url, bool allow_file) {
  if (url.empty() || url.size() > kMaxUrl) return malformed(fmt::format("it must have 1 to {} characters", kMaxUrl));
  if (url.front() == '-') return malformed("it begins like an option");
  if (std::ranges::any_of(url, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '\\'; }))
    return malformed("it holds white space, control characters or backslashes");
  const auto scheme_end = url.find(':');
  if (scheme_end != std::string::npos && url.compare(scheme_end, 2, "::") == 0)
    return fail_user("url_scheme_refused", "addresses that name a transport program are not allowed", "use https:// or ssh://");
  const auto parts = take_apart(url);
  if (!parts) return malformed("it has no scheme");
  ARGOSY_TRY_VOID(check_parts(*parts, allow_file));
  if (parts->path.size() < 2) return malformed("it has no path");
  if (parts->path.find_first_of("?#") != std::string_view::npos) return malformed("it has a query or a fragment");
  if (has_encoded_control(url)) return malformed("it hides a control character");
  return {};
}

Result<std::vector<Credential>> parse_credentials(const std::string& text) {
  std::vector<Credential> found;
  int number = 0;
  for (const auto raw : text::split(text, '\n')) {
    ++number;
    const auto line = text::trim(raw);
    if (line.empty() || line.front() == '#') continue;
    const auto space = line.find(' ');
    const auto login = space == std::string_view::npos ? std::string_view{} : text::trim(line.substr(space + 1));
    const auto colon = login.find(':');
    const auto prefix = comparable(line.substr(0, space));
    const auto parts = take_apart(prefix);
    if (!parts || parts->scheme != "https" || !is_host(parts->host) || parts->has_user || colon == std::string_view::npos || colon == 0 ||
        colon + 1 == login.size())
      return fail_user("credentials_malformed",
                       fmt::format("line {} of the git credentials is not of the form 'https://host/path user:token'", number),
                       "check ARGOSY_GIT_READ_CREDENTIALS and ARGOSY_GIT_WRITE_CREDENTIALS");
    found.push_back({prefix, std::string(login.substr(0, colon)), std::string(login.substr(colon + 1))});
    redact_register_secret(found.back().secret);
  }
  return found;
}

std::optional<Credential> credential_for(const std::vector<Credential>& all, const std::string& url) {
  const auto wanted = comparable(url);
  const Credential* best = nullptr;
  for (const auto& credential : all) {
    const auto prefix = comparable(credential.url_prefix);
    if (!wanted.starts_with(prefix)) continue;
    const auto rest = std::string_view(wanted).substr(prefix.size());
    const bool fits = rest.empty() || rest.front() == '/' || rest == ".git";
    if (fits && (best == nullptr || prefix.size() > comparable(best->url_prefix).size())) best = &credential;
  }
  if (best == nullptr) return std::nullopt;
  return *best;
}

}  // namespace argosy::vcs
