#include "tests/e2e/restore/program.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "common/core/subprocess.h"
#include "tests/support/fleet/postgres.h"
#include "tests/support/process.h"

namespace argosy::test {

std::string run_argosy(const std::string& url, const std::vector<std::string>& words, int expected) {
  Command command{.argv = {ARGOSY_BINARY_DIR "/bin/argosy"}, .env = clean_environment()};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.env["ARGOSY_POSTGRES_URL"] = url;
  command.env["PATH"] = OwnPostgres::programs() + ":" + command.env["PATH"];
  const auto done = run(command);
  if (!done) throw std::runtime_error(to_string(done.error()));
  EXPECT_EQ(done->exit_code, expected) << done->out << done->err;
  return done->out + done->err;
}

}  // namespace argosy::test
