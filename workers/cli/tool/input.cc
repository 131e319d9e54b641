#include "workers/cli/tool/input.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

namespace argosy::cli {
namespace {

constexpr std::size_t kPiece = 256u << 10;

}  // namespace

void Input::Close::operator()(std::FILE* file) const {
  if (file != stdin) std::fclose(file);
}

Input::Input(std::string path, std::unique_ptr<std::FILE, Close> file)
    : path_(std::move(path)), file_(std::move(file)), buffer_(kPiece, '\0') {}

Result<Input> Input::open(const std::string& path) {
  if (path == "-") return Input("standard input", std::unique_ptr<std::FILE, Close>(stdin));
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return fail_user("file_unreadable", fmt::format("{} is a folder; name the files in it", path));
  std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
  if (!file) return fail_user("file_unreadable", fmt::format("{} cannot be read: {}", path, std::strerror(errno)));
  return Input(path, std::move(file));
}

std::string_view Input::next() { return {buffer_.data(), std::fread(buffer_.data(), 1, buffer_.size(), file_.get())}; }

Result<std::string> Input::all(std::size_t most) {
  std::string text;
  for (auto piece = next(); !piece.empty(); piece = next()) {
    if (text.size() + piece.size() > most) return fail_user("file_too_large", fmt::format("it is larger than {} bytes", most));
    text += piece;
  }
  return text;
}

Error in_file(const std::string& path, Error error) {
  error.message = fmt::format("{}: {}{}{}", path, error.message, error.hint.empty() ? "" : "; ", error.hint);
  error.hint.clear();
  return error;
}

}  // namespace argosy::cli
