// Headers that nearly every file sees, parsed once: halves the time of a clean build. Of ours only the lowest floor is here, a change of
// which costs a build of everything anyway; any other change costs what it costs. A file and no list in CMake, so that a change of it is
// noticed.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/file.h"
#include "common/core/ids.h"
#include "common/core/json.h"
#include "common/core/text.h"
