"""Looking at a look: what is measured in a picture, and how it is framed anew."""
