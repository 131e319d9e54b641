// A connection to Postgres for the prepared statements, by libpq itself: libpqxx 6 copies every argument three times, speaks text only and
// counts references at every field that is read, which was half of a hop's work here. Internal to the room; one thread at a time.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "common/store/internal/params.h"
#include "common/store/internal/rows.h"

struct pg_conn;

namespace argosy::store {

// How values come back. In binary neither side writes or reads digits; then only those types may be selected that rows.h reads.
enum class Answer { text, binary };

// What the server said instead of an answer. Without a state the connection is at fault: what was asked may have been done.
struct Refusal {
  std::string state, message;
};

class Connection {
 public:
  static std::expected<std::unique_ptr<Connection>, Refusal> open(const std::string& text);

  std::expected<void, Refusal> prepare(const std::string& name, const std::string& sql);
  // In autocommit.
  std::expected<Rows, Refusal> run(const std::string& name, const Params& params, Answer answer);
  // False once it has broken, for ever.
  bool is_open() const;

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  explicit Connection(pg_conn* connection) : connection_(connection) {}
  std::expected<Rows, Refusal> answered(Rows::Owner result);

  std::unique_ptr<pg_conn, Close> connection_;
};

}  // namespace argosy::store
