// The page of a repo map while it fills: file headings, and below them the lines of definitions, each nested in what it stands in. What a
// definition costs is known exactly before it is added, so the page never grows over its size. Used by this folder. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "common/code/index/index.h"

namespace argosy::code {

class MapPage {
 public:
  // `bytes`: of the whole text.
  MapPage(std::span<const IndexedFile> files, std::size_t bytes) : all_(files), left_(bytes) {}

  // With the heading of its file and the definitions around it, where they are not there yet. False: that does not fit, nothing is added.
  bool add(std::uint32_t file, std::uint32_t definition);

  const std::vector<std::uint32_t>& files() const { return order_; }  // in the order in which they came
  std::string text() const;

 private:
  static constexpr std::uint32_t kTop = 0xffffffff;
  struct File {
    std::vector<std::uint32_t> around{};  // of each definition the one around it, or kTop
    std::vector<std::uint32_t> first{};   // of each the first on its line: one line stands for all of them
    std::set<std::uint32_t> shown{};
  };
  File& open(std::uint32_t file);
  std::string line_of(const File& file, std::uint32_t at, std::uint32_t definition) const;

  std::span<const IndexedFile> all_;
  std::size_t left_;
  std::map<std::uint32_t, File> opened_;
  std::vector<std::uint32_t> order_;  // with something shown
};

}  // namespace argosy::code
