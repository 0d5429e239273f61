import { assertEquals } from "@std/assert";
import { IdentityList } from "../../actors/wire/identity_list.ts";

Deno.test("IdentityList numbers objects in order, also when they are many", () => {
  for (const count of [3, 12, 13, 14, 200]) {
    const list = new IdentityList();
    const objects = Array.from({ length: count }, () => ({}));
    assertEquals(objects.map((object) => list.add(object)), objects.map((_, i) => i));
    assertEquals(objects.map((object) => list.indexOf(object)), objects.map((_, i) => i));
    assertEquals([list.indexOf({}), list.size], [-1, count]);
  }
});

Deno.test("IdentityList.truncate() forgets the last objects only, whatever the size before and after", () => {
  for (const [before, after] of [[3, 1], [13, 12], [13, 13], [14, 13], [40, 5], [40, 20], [40, 0]] as const) {
    const list = new IdentityList();
    const objects = Array.from({ length: before }, () => ({}));
    for (const object of objects) list.add(object);
    list.truncate(after);
    assertEquals(objects.map((object) => list.indexOf(object)), objects.map((_, i) => i < after ? i : -1));
    const more = Array.from({ length: 30 }, () => ({}));
    assertEquals(more.map((object) => list.add(object)), more.map((_, i) => after + i));
    assertEquals(more.map((object) => list.indexOf(object)), more.map((_, i) => after + i));
    assertEquals(objects.map((object) => list.indexOf(object)), objects.map((_, i) => i < after ? i : -1));
  }
});
