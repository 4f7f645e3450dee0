"""« Fiche à jour ? »: agents ask, organisations answer by a link, agents decide."""
