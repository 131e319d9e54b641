// What git's complaints mean. Git has no codes for them: its texts (in the C locale) are the interface, listed here in one place.
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/vcs/git.h"

namespace argosy::vcs {
namespace {

struct Meaning {
  std::string_view text;  // part of git's complaint
  Category category;
  std::string_view code, message, hint;
};

constexpr std::string_view kLogin = "the remote refuses our credentials";
constexpr std::string_view kLoginHint =
    "check the credentials of this repository (ARGOSY_GIT_READ_CREDENTIALS, ARGOSY_GIT_WRITE_CREDENTIALS)";
constexpr std::string_view kGone = "there is no such repository, or our credentials do not show it";
constexpr std::string_view kGoneHint = "check the repository's address";
constexpr std::string_view kMoved = "the remote redirects to another address";
constexpr std::string_view kMovedHint = "register the repository under its new address";
constexpr std::string_view kNet = "the remote cannot be reached";

constexpr auto B = Category::needs_user;
constexpr auto A = Category::transient;

// The first row that fits decides, so the special ones stand before the general ones.
constexpr auto kMeanings = std::to_array<Meaning>({
    {"detected dubious ownership", B, "repository_not_owned", "the repository's folder belongs to another user",
     "let the workers' user own it"},
    {"mismatched algorithms", B, "repository_unsupported", "the repository uses another object format",
     "only SHA-1 repositories are supported"},
    {"transport 'file' not allowed", B, "url_scheme_refused", "file:// addresses are not allowed here", "set ARGOSY_ALLOW_FILE_URLS=true"},
    {"Host key verification failed", B, "authentication_failed", "the remote's ssh host key is not known here",
     "add it to the workers' known_hosts"},
    {"Authentication failed", B, "authentication_failed", kLogin, kLoginHint},
    {"could not read Username", B, "authentication_failed", kLogin, kLoginHint},
    {"could not read Password", B, "authentication_failed", kLogin, kLoginHint},
    {"Permission denied (", B, "authentication_failed", kLogin, kLoginHint},
    {"Permission to ", B, "authentication_failed", kLogin, kLoginHint},
    {"ccess denied", B, "authentication_failed", kLogin, kLoginHint},
    {"returned error: 401", B, "authentication_failed", kLogin, kLoginHint},
    {"returned error: 403", B, "authentication_failed", kLogin, kLoginHint},
    {"HTTP code = 401", B, "authentication_failed", kLogin, kLoginHint},
    {"HTTP code = 403", B, "authentication_failed", kLogin, kLoginHint},
    {"Repository not found", B, "repository_not_found", kGone, kGoneHint},
    {"does not appear to be a git repository", B, "repository_not_found", kGone, kGoneHint},
    {"' not found", B, "repository_not_found", kGone, kGoneHint},
    {"returned error: 404", B, "repository_not_found", kGone, kGoneHint},
    {"returned error: 301", B, "repository_moved", kMoved, kMovedHint},
    {"returned error: 302", B, "repository_moved", kMoved, kMovedHint},
    {"returned error: 307", B, "repository_moved", kMoved, kMovedHint},
    {"returned error: 308", B, "repository_moved", kMoved, kMovedHint},
    {"SSL certificate problem", B, "certificate_refused", "the remote's certificate is not trusted",
     "let GIT_SSL_CAINFO name your authority's file"},
    {"certificate verification failed", B, "certificate_refused", "the remote's certificate is not trusted",
     "let GIT_SSL_CAINFO name your authority's file"},
    {"unable to access", A, "fetch_failed", kNet, ""},
    {"Could not resolve host", A, "fetch_failed", kNet, ""},
    {"Could not resolve proxy", A, "fetch_failed", kNet, ""},
    {"onnection refused", A, "fetch_failed", kNet, ""},
    {"onnection timed out", A, "fetch_failed", kNet, ""},
    {"onnection reset", A, "fetch_failed", kNet, ""},
    {"onnection closed", A, "fetch_failed", kNet, ""},
    {"Network is unreachable", A, "fetch_failed", kNet, ""},
    {"No route to host", A, "fetch_failed", kNet, ""},
    {"RPC failed", A, "fetch_failed", kNet, ""},
    {"early EOF", A, "fetch_failed", kNet, ""},
    {"the remote end hung up", A, "fetch_failed", kNet, ""},
    {"The remote end hung up", A, "fetch_failed", kNet, ""},
    {"unexpected disconnect", A, "fetch_failed", kNet, ""},
    {"unexpected flush packet", A, "fetch_failed", kNet, ""},
    {"remote error: ", A, "fetch_failed", "the remote reports an error", ""},
    {"Could not read from remote repository", A, "fetch_failed", kNet, ""},
});

}  // namespace

std::string complaint(const Completed& completed) {
  std::string_view best;
  for (const auto line : text::lines(completed.err)) {
    const bool strong = line.starts_with("fatal: ") || line.starts_with("error: ") || line.starts_with("remote: error: ");
    if (strong || best.empty()) best = line;
    if (line.starts_with("fatal: ")) break;
  }
  if (best.empty()) return fmt::format("exit code {}", completed.exit_code);
  return text::ellipsize(redact(text::trim(best)), 300);
}

Error remote_error(const Completed& completed) {
  for (const auto& meaning : kMeanings) {
    if (completed.err.find(meaning.text) == std::string::npos) continue;
    return Error{.category = meaning.category,
                 .code = std::string(meaning.code),
                 .message = fmt::format("{} ({})", meaning.message, complaint(completed)),
                 .hint = std::string(meaning.hint)};
  }
  return Error{.category = A, .code = "git_failed", .message = "git failed: " + complaint(completed), .hint = {}};
}

}  // namespace argosy::vcs
