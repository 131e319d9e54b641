#include "workers/cli/local/backup/programs.h"

#include <unistd.h>

#include <fmt/format.h>

#include "common/core/redact.h"
#include "common/core/subprocess.h"
#include "common/core/text.h"

namespace argosy::cli {
namespace {

constexpr auto kVersions = "/usr/lib/postgresql";  // one folder each; Debian's programs in PATH are wrappers around them
constexpr std::int64_t kNoVersion = -1;
constexpr std::chrono::hours kMostTime{24};
constexpr std::size_t kMostSaid = 1u << 20;

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() && std::sscanf(std::string(text.substr(i + 1, 2)).c_str(), "%2x", &value) == 1) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

Connection of_uri(const std::string& url, std::size_t begin) {
  Connection out{.text = url};
  const auto end = std::min(url.find_first_of("/?", begin), url.size());
  const auto at = url.rfind('@', end), colon = url.find(':', begin);
  if (at != std::string::npos && at >= begin && at < end && colon < at) {
    out.password = percent_decoded(std::string_view(url).substr(colon + 1, at - colon - 1));
    out.text.erase(colon, at - colon);
  }
  const auto question = out.text.find('?');
  if (question == std::string::npos) return out;
  std::string kept;
  for (const auto part : text::split(std::string_view(out.text).substr(question + 1), '&')) {
    if (part.starts_with("password="))
      out.password = percent_decoded(part.substr(std::string_view("password=").size()));
    else
      kept += (kept.empty() ? "?" : "&") + std::string(part);
  }
  out.text = out.text.substr(0, question) + kept;
  return out;
}

// key = value, key='va\'lue'
Connection of_words(const std::string& words) {
  Connection out;
  std::size_t i = 0;
  const auto skip_blanks = [&] {
    while (i < words.size() && words[i] == ' ') ++i;
  };
  while (skip_blanks(), i < words.size()) {
    const auto begin = i;
    while (i < words.size() && words[i] != '=' && words[i] != ' ') ++i;
    const auto key = words.substr(begin, i - begin);
    skip_blanks();
    if (i < words.size() && words[i] == '=') ++i;
    skip_blanks();
    const bool quoted = i < words.size() && words[i] == '\'';
    if (quoted) ++i;
    std::string value;
    for (; i < words.size() && words[i] != (quoted ? '\'' : ' '); ++i) {
      if (words[i] == '\\' && i + 1 < words.size()) ++i;
      value += words[i];
    }
    if (quoted) ++i;
    if (key == "password")
      out.password = value;
    else
      out.text += (out.text.empty() ? "" : " ") + words.substr(begin, i - begin);
  }
  return out;
}

}  // namespace

Connection without_password(const std::string& url) {
  for (const std::string_view scheme : {"postgres://", "postgresql://"}) {
    if (url.starts_with(scheme)) return of_uri(url, scheme.size());
  }
  return of_words(url);
}

std::string client_program(const std::filesystem::path& folder, const std::string& program, const std::string& server) {
  const auto own = text::to_int(server.substr(0, server.find_first_not_of("0123456789"))).value_or(kNoVersion);
  const auto least = std::max<std::int64_t>(own, 1);  // an older one refuses the server and its dumps
  std::int64_t best = 0;
  std::error_code none;
  for (const auto& version : std::filesystem::directory_iterator(folder, none)) {
    const auto number = text::to_int(version.path().filename().string()).value_or(0);
    const bool better = number == own || (number > best && best != own);
    if (number >= least && better && ::access((version.path() / "bin" / program).c_str(), X_OK) == 0) best = number;
  }
  return best == 0 ? program : (folder / std::to_string(best) / "bin" / program).string();
}

Result<std::string> run_client(const std::string& program, const std::string& url, std::vector<std::string> arguments,
                               const std::string& server) {
  Command command{.argv = {client_program(kVersions, program, server)}, .env = minimal_env()};
  command.timeout = kMostTime;
  command.max_output = kMostSaid;
  // What libpq reads there holds for our own connections, too.
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view one(*variable);
    if (const auto equals = one.find('='); one.starts_with("PG") && equals != std::string_view::npos)
      command.env[std::string(one.substr(0, equals))] = one.substr(equals + 1);
  }
  command.env["LC_ALL"] = "C";
  if (!url.empty()) {
    const auto connection = without_password(url);
    if (!connection.password.empty()) command.env["PGPASSWORD"] = connection.password;
    command.argv.push_back("--dbname=" + connection.text);
  }
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  ARGOSY_TRY(auto done, run(command));
  if (done.exit_code == 0) return std::move(done.out);
  return fail_transient("backup_failed",
                        fmt::format("{} ended with {}: {}", program, done.exit_code, redact(std::string(text::trim(done.err)))));
}

}  // namespace argosy::cli
