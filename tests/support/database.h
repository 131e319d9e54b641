// A Postgres database for one test: fresh, with all migrations, dropped at the end. The cluster is the throw-away one of
// tests/with-services (ARGOSY_TEST_POSTGRES_URL). The first user of a cluster makes a template, so that the others cost a copy.
// One object a thread; `url` may be handed to any process.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/store/database.h"

namespace argosy::testing {

// A plain session for what a test wants to see or to disturb; throws std::runtime_error with the server's message.
class SqlSession {
 public:
  explicit SqlSession(const std::string& url);
  ~SqlSession();
  SqlSession(SqlSession&& other) noexcept;
  SqlSession& operator=(SqlSession&&) = delete;

  using Rows = std::vector<std::vector<std::string>>;       // null is "NULL"
  Rows query(const std::string& sql);                       // several statements: the rows of the last
  std::string value(const std::string& sql);                // of exactly one row with one column
  int process_id() const;                                   // of the server's side
  const std::string& notices() const { return *notices_; }  // all that came so far

  // Sends without waiting for the answer, so that another session can meet this one half-way; finish() waits for it.
  void send(const std::string& sql);
  Rows finish();

 private:
  void* connection_;
  std::unique_ptr<std::string> notices_ = std::make_unique<std::string>();  // its address is known to libpq
};

// guards.sql: every later change of a row in that database is checked. Databases of TestDatabase have it.
void install_guards(const std::string& url);

class TestDatabase {
 public:
  enum class Schema { migrated, empty };
  explicit TestDatabase(Schema schema = Schema::migrated);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& url() const { return url_; }
  const std::string& name() const { return name_; }
  std::unique_ptr<store::Database> open(int connections = 4) const;
  SqlSession session() const { return SqlSession(url_); }

  // On a session of this object's own.
  SqlSession::Rows query(const std::string& sql) { return sql_->query(sql); }
  std::string value(const std::string& sql) { return sql_->value(sql); }

 private:
  std::string name_, url_;
  std::unique_ptr<SqlSession> sql_;
};

}  // namespace argosy::testing
