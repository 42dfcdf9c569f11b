WORD = 'of the role'
