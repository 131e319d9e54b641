#include "workers/ingest/read/artifacts.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <tuple>

#include "common/store/blobs.h"
#include "common/store/queries.h"
#include "workers/ingest/edge/query.h"
#include "workers/ingest/read/tasks.h"
#include "workers/ingest/submit/new_task.h"

namespace argosy::ingest {
namespace {

constexpr std::string_view kArtifactList = "artifacts";

// Blobs are read by task alone: the organisation is checked here, by reading the task's head and no event.
Checked<bool> may_see(Service& service, const Call& call, const TaskId& id) {
  const auto page = store::read_events(service.db, call.caller.org, id, std::numeric_limits<std::int64_t>::max(), 1);
  if (!page) return std::unexpected(refusal_of(page.error()));
  if (!*page) return std::unexpected(task_not_found(id));
  return true;
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0 || (c >= 'a' && c <= 'f'); });
}

std::string content_type(const store::BlobLink& link) {
  if (link.kind == "patch") return "text/x-diff; charset=utf-8";
  if (link.name.ends_with(".xml")) return "application/xml";
  if (link.name.ends_with(".json")) return "application/json";
  return "text/plain; charset=utf-8";
}

// For Content-Disposition: what is not plainly a file's name is replaced.
std::string safe_name(std::string name) {
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-' && c != '_') c = '_';
  return name;
}

// A page's position: unique and in the order of the list.
std::string position(const store::BlobLink& link) {
  return std::to_string(link.step) + "/" + std::to_string(link.attempt) + "/" + link.name + "/" + link.sha256;
}

}  // namespace

http::Response list_artifacts(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  QueryReader query(call.request);
  const auto limit = static_cast<std::size_t>(query.limit());
  const std::string after = query.cursor(kArtifactList);
  if (query.refusal()) return respond(*query.refusal());
  INGEST_TRY([[maybe_unused]] const bool seen, may_see(service, call, id));
  INGEST_TRY(auto links, store::list_blobs(service.db, id));

  std::ranges::sort(links, {}, [](const auto& l) { return std::tie(l.step, l.attempt, l.name, l.sha256); });
  auto from = links.begin();
  if (!after.empty()) {
    from = std::ranges::find(links, after, position);
    if (from == links.end()) return respond(Refusal{.type = "cursor_invalid", .detail = "The cursor is none that this list gave out."});
    ++from;
  }
  json::Array artifacts;
  json::Value next;
  for (auto link = from; link != links.end(); ++link) {
    if (artifacts.size() == limit) {
      next = make_cursor(kArtifactList, position(*std::prev(link)));
      break;
    }
    artifacts.emplace_back(json::Object{{"sha256", link->sha256},
                                        {"kind", link->kind},
                                        {"name", link->name},
                                        {"step", int{link->step}},
                                        {"attempt", int{link->attempt}},
                                        {"size", link->size},
                                        {"created_at", rfc3339(link->created_at)},
                                        {"superseded", link->superseded},
                                        {"quarantined", link->quarantined},
                                        {"url", task_url(service.settings, id) + "/artifacts/" + link->sha256}});
  }
  return http::json_response(200, json::Object{{"artifacts", std::move(artifacts)}, {"next_cursor", std::move(next)}});
}

http::Response get_artifact(Service& service, const Call& call) {
  INGEST_TRY(const TaskId id, task_id_of(call));
  const std::string& sha256 = call.request.params.at("sha256");
  INGEST_TRY([[maybe_unused]] const bool seen, may_see(service, call, id));
  INGEST_TRY(const auto links, store::list_blobs(service.db, id));
  const auto link = std::ranges::find(links, sha256, &store::BlobLink::sha256);
  const Refusal missing{.type = "artifact_not_found", .detail = "The task has no such artifact."};
  if (!is_sha256(sha256) || link == links.end()) return respond(missing);

  const std::string etag = "\"" + sha256 + "\"";
  // Bytes that our users' code made: never shown as a page of ours, never guessed at.
  http::Headers headers{{"ETag", etag},
                        {"Cache-Control", "private, max-age=31536000, immutable"},
                        {"X-Content-Type-Options", "nosniff"},
                        {"Content-Security-Policy", "default-src 'none'; sandbox"},
                        {"Content-Disposition", "attachment; filename=\"" + safe_name(link->name) + "\""}};
  if (!link->quarantined && call.request.header("If-None-Match") == etag) return {.status = 304, .headers = std::move(headers)};
  INGEST_TRY(auto bytes, store::get_blob(service.db, id, sha256));
  if (!bytes) return respond(missing);
  headers["Content-Type"] = content_type(*link);
  return {.status = 200, .headers = std::move(headers), .body = std::move(*bytes)};
}

}  // namespace argosy::ingest
