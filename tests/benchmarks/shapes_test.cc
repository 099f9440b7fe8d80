#include "benchmarks/shapes.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "benchmarks/doors.h"

namespace gather::benchmarks {
namespace {

TEST(ShapesTest, ComeWithAndWithoutSlowCalls) {
  const std::vector<NamedShape> shapes = AllShapes();
  for (size_t i = 0; i < shapes.size(); i += 2) {
    EXPECT_FALSE(shapes[i].shape.slow);
    EXPECT_TRUE(shapes[i + 1].shape.slow);
    EXPECT_EQ(shapes[i + 1].name, shapes[i].name + "-slow");
    EXPECT_EQ(shapes[i + 1].shape.calls, shapes[i].shape.calls);
  }
}

TEST(ShapesTest, AreSelectedByName) {
  const absl::StatusOr<std::vector<NamedShape>> shapes = SelectShapes({"1000-slow", "10x10"});
  ASSERT_TRUE(shapes.ok());
  ASSERT_EQ(shapes->size(), 2u);
  EXPECT_EQ((*shapes)[0].shape.calls, 1000);
  EXPECT_TRUE((*shapes)[0].shape.slow);
  EXPECT_EQ((*shapes)[1].shape.echoes(), 100);
}

TEST(ShapesTest, OfOtherNamesAreRefused) {
  EXPECT_EQ(SelectShapes({"1001"}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(ShapesTest, OfAQuickRunAreAmongAll) { EXPECT_FALSE(QuickShapes().empty()); }

TEST(DoorsTest, NameADirectDoorThatThereIs) {
  for (const DoorKind& door : AllDoors()) {
    if (door.direct.empty()) continue;
    const DoorKind* const direct = FindDoor(door.direct);
    ASSERT_NE(direct, nullptr) << door.name;
    EXPECT_EQ(direct->language, door.language);
    EXPECT_FALSE(direct->through_gatherd);
  }
}

TEST(DoorsTest, OfOtherLanguagesAreSparedTheLargestGathersAndTwoLevels) {
  EXPECT_TRUE(CanDo(*FindDoor("raw"), {.calls = 100'000}));
  EXPECT_TRUE(CanDo(*FindDoor("go"), {.calls = 10'000}));
  EXPECT_FALSE(CanDo(*FindDoor("go"), {.calls = 100'000}));
  EXPECT_FALSE(CanDo(*FindDoor("go"), {.calls = 10, .levels = 2}));
}

}  // namespace
}  // namespace gather::benchmarks
