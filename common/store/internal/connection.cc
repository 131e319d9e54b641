#include "common/store/internal/connection.h"

#include <libpq-fe.h>

#include <vector>

namespace argosy::store {
namespace {

constexpr int kTextFormat = 0, kBinaryFormat = 1;

// Notices are for people at a terminal; libpq would write them to ours.
void ignore(void*, const PGresult*) {}

}  // namespace

void Connection::Close::operator()(pg_conn* connection) const { PQfinish(connection); }

std::expected<std::unique_ptr<Connection>, Refusal> Connection::open(const std::string& text) {
  std::unique_ptr<Connection> connection(new Connection(PQconnectdb(text.c_str())));
  pg_conn* const raw = connection->connection_.get();
  if (PQstatus(raw) != CONNECTION_OK) return std::unexpected(Refusal{.state = {}, .message = PQerrorMessage(raw)});
  PQsetNoticeReceiver(raw, ignore, nullptr);
  return connection;
}

bool Connection::is_open() const { return PQstatus(connection_.get()) == CONNECTION_OK; }

std::expected<Rows, Refusal> Connection::answered(Rows::Owner result) {
  const auto status = PQresultStatus(result.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return Rows(std::move(result));
  const char* const state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  // Nothing at all is what is left when memory or the connection was lost; then the connection has the words.
  const char* const message = result != nullptr ? PQresultErrorMessage(result.get()) : PQerrorMessage(connection_.get());
  return std::unexpected(Refusal{.state = state != nullptr ? state : "", .message = message});
}

std::expected<void, Refusal> Connection::prepare(const std::string& name, const std::string& sql) {
  if (auto done = answered(Rows::Owner(PQprepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr))); !done)
    return std::unexpected(std::move(done.error()));
  return {};
}

std::expected<Rows, Refusal> Connection::run(const std::string& name, const Params& params, Answer answer) {
  std::vector<const char*> values;
  std::vector<int> lengths, formats;
  for (auto* one : {&lengths, &formats}) one->reserve(params.values().size());
  values.reserve(params.values().size());
  for (const Params::Value& value : params.values()) {
    values.push_back(value.bytes.c_str());
    lengths.push_back(static_cast<int>(value.bytes.size()));
    formats.push_back(value.binary ? kBinaryFormat : kTextFormat);
  }
  return answered(Rows::Owner(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()), values.data(),
                                             lengths.data(), formats.data(), answer == Answer::binary ? kBinaryFormat : kTextFormat)));
}

}  // namespace argosy::store
