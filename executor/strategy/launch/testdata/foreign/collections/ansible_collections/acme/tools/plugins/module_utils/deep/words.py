WORD = 'deep'
