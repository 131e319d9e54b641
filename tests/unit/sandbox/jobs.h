// Short ways to run something in a real sandbox.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/sandbox/sandbox.h"
#include "tests/support/process_table.h"

namespace argosy::sandbox {

// A workspace whose parents are closed to everybody else, as the worker's are.
class SandboxTest : public ::testing::Test {
 protected:
  SandboxTest() { std::filesystem::create_directory(job_.workspace = folder_.path() / "workspace"); }

  Finished run() {
    const auto done = Sandbox(Class::bwrap).run(job_);
    if (done) return *done;
    ADD_FAILURE() << to_string(done.error());
    return {};
  }
  Finished shell(const std::string& script) {
    job_.argv = {"/bin/sh", "-c", script};
    return run();
  }
  Finished python(const std::string& script) {
    job_.argv = {"/usr/bin/python3", "-c", script};
    return run();
  }

  TempDir folder_{"sandbox-test"};
  Job job_;
};

inline std::string trimmed(const std::string& text) { return std::string(text::trim(text)); }

using test::runs_on_the_host;

}  // namespace argosy::sandbox
