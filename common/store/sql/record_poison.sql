INSERT INTO poison (topic, kafka_partition, kafka_offset, reason, body) VALUES ($1::text, $2::integer, $3::bigint, $4::text, $5::bytea)
    ON CONFLICT DO NOTHING
