SELECT leave_places_v1($1::integer)
