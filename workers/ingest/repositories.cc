#include "workers/ingest/repositories.h"

#include <algorithm>

#include "common/core/text.h"
#include "common/store/queries.h"
#include "common/telemetry/log.h"
#include "common/vcs/repository.h"
#include "workers/ingest/edge/body.h"
#include "workers/ingest/edge/query.h"
#include "workers/ingest/submit/task_request.h"

namespace argosy::ingest {
namespace {

constexpr std::string_view kRepositoryList = "repositories";
constexpr std::size_t kMaxBranch = 255;    // bytes
constexpr std::size_t kMaxCommand = 4096;  // bytes

json::Value repository_json(const store::Repository& repository) {
  const auto text_or_null = [](const std::string& text) { return text.empty() ? json::Value() : json::Value(text); };
  return json::Object{{"repository_id", repository.id},
                      {"url", repository.url},
                      {"default_branch", text_or_null(repository.default_branch)},
                      {"setup_command", text_or_null(repository.setup_command)},
                      {"test_command", text_or_null(repository.test_command)},
                      {"created_at", rfc3339(repository.created_at)}};
}

// What git accepts as a branch's name (git-check-ref-format), and nothing that an option could be taken for.
bool is_branch(std::string_view name) {
  constexpr std::string_view kForbidden = " ~^:?*[\\\x7f";
  const bool bad_byte = std::ranges::any_of(name, [&](unsigned char c) { return c < ' ' || kForbidden.contains(static_cast<char>(c)); });
  const bool bad_shape = name.starts_with('-') || name.starts_with('/') || name.ends_with('/') || name.ends_with('.') ||
                         name.contains("..") || name.contains("//") || name.contains("@{") || name.contains("/.") ||
                         name.starts_with('.') || name.ends_with(".lock") || name.contains(".lock/") || name == "@";
  return !name.empty() && name.size() <= kMaxBranch && !bad_byte && !bad_shape;
}

Checked<store::Repository> read_repository(const Service& service, const Call& call) {
  auto body = read_body(call.request, static_cast<std::size_t>(service.settings.max_body_bytes));
  if (!body) return std::unexpected(std::move(body.error()));
  tasks::JsonReader in(*body);
  store::Repository out{.org = call.caller.org,
                        .id = in.string("repository_id"),
                        .url = in.string("url"),
                        .default_branch = in.string_or_empty("default_branch"),
                        .setup_command = in.string_or_empty("setup_command"),
                        .test_command = in.string_or_empty("test_command")};
  in.refuse_unknown();
  if (!in.problem() && !is_repository_id(out.id))
    in.fail("repository_id", "must be \"owner/name\" of letters, digits, dots, dashes and underscores");
  if (!in.problem() && out.url.size() > kMaxUrl) in.fail("url", "has more than " + std::to_string(kMaxUrl) + " bytes");
  if (!out.default_branch.empty() && !is_branch(out.default_branch)) in.fail("default_branch", "is not the name of a branch");
  for (const auto& [name, command] : {std::pair{"setup_command", &out.setup_command}, {"test_command", &out.test_command}})
    if (command->size() > kMaxCommand) in.fail(name, "has more than " + std::to_string(kMaxCommand) + " bytes");
  if (in.problem()) return std::unexpected(refusal_of(*in.problem()));

  if (const auto checked = vcs::check_url(out.url, service.settings.allow_file_urls); !checked) {
    return std::unexpected(refusal_of(checked.error(), "url_malformed", "/url"));
  }
  return out;
}

Refusal repository_not_found(const std::string& id) {
  return {.type = "repository_not_found", .detail = "There is no repository " + text::ellipsize(id, kMaxRepositoryId) + "."};
}

}  // namespace

http::Response put_repository(Service& service, const Call& call) {
  INGEST_TRY(store::Repository repository, read_repository(service, call));
  INGEST_TRY(const bool is_new, store::put_repository(service.db, repository));
  service.lookups.repositories.erase({call.caller.org, repository.id});
  INGEST_TRY(const auto stored, store::get_repository(service.db, call.caller.org, repository.id));
  if (!stored) return respond(repository_not_found(repository.id));
  telemetry::log_info(is_new ? "repository added" : "repository changed",
                      {{"trace_id", call.trace.trace_id}, {"repository_id", repository.id}, {"user", call.caller.user}});
  http::Response out = http::json_response(is_new ? 201 : 200, repository_json(*stored));
  if (is_new) out.headers["Location"] = service.settings.public_url + "/api/v1/repositories/" + repository.id;
  return out;
}

http::Response get_repository(Service& service, const Call& call) {
  const std::string& id = call.request.params.at("repository_id");
  if (!is_repository_id(id)) return respond(repository_not_found(id));
  INGEST_TRY(const auto repository, store::get_repository(service.db, call.caller.org, id));
  if (!repository) return respond(repository_not_found(id));
  return http::json_response(200, repository_json(*repository));
}

http::Response list_repositories(Service& service, const Call& call) {
  QueryReader query(call.request);
  const auto limit = query.limit();
  const std::string after = query.cursor(kRepositoryList);
  if (query.refusal()) return respond(*query.refusal());
  INGEST_TRY(auto found, store::list_repositories(service.db, call.caller.org, after, static_cast<int>(limit) + 1));
  json::Value next = end_page(found, limit, kRepositoryList, [](const auto& one) { return one.id; });
  json::Array repositories;
  for (const auto& repository : found) repositories.push_back(repository_json(repository));
  return http::json_response(200, json::Object{{"repositories", std::move(repositories)}, {"next_cursor", std::move(next)}});
}

}  // namespace argosy::ingest
