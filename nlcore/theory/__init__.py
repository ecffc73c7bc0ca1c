"""What the lecture proves or computes on the board, as functions of arrays.

Nothing here trains: a function takes examples and says what must hold for them, for example how many mistakes a
perceptron can make at most, or from which learning rate on a linear unit diverges. Results are frozen records.
"""
