SELECT answer_vectors_v1()
