SELECT room_to_grow_v1($1::uuid)
