-- Room for a second version of each row on its page; when the matter is finished, the one before the approval has left its place to the last one.
ALTER TABLE matters SET (fillfactor = 45);
